import { ensureCodeServer } from '../support/host/codeServer';
import { installExtension } from '../support/host/server';
import { packageExtension } from '../support/host/vsix';
import { endMarked, markProcesses, temporaryFolder } from '../support/processes';
import { letAppReadFromStart } from '../support/story';
import { Ui } from '../support/ui/ui';
import { openWorkbench } from '../support/ui/workbench';
import type { Benchmark } from './report';

/** How long the story takes that Keyless tells first, without the time that a person needs to read. */
export const story: Benchmark = {
  name: 'story',
  about: 'from the welcome view to a function that reads its secret and proves it (the aim: 60 s, 8 clicks)',
  async run() {
    const host = await ensureCodeServer('latest');
    const extensions = temporaryFolder('extensions');
    const pictures = temporaryFolder('pictures');
    markProcesses();
    try {
      await installExtension(host, await packageExtension(), extensions.path);
      const workbench = await openWorkbench(host, { extensions: extensions.path });
      try {
        const ui = new Ui(workbench.page, pictures.path);
        await ui.openView('Keyless');
        await ui.welcome('Let App Read Secret').waitFor();
        const start = performance.now();
        const clicks = await letAppReadFromStart({ ui });
        return { seconds: (performance.now() - start) / 1000, clicks };
      } finally {
        await workbench.close();
      }
    } finally {
      await endMarked(); // a sandbox outlives its window
      extensions.remove();
      pictures.remove();
    }
  },
};
