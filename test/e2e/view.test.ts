import { useWindow } from '../support/ui/window';

describe('the Keyless view', () => {
  const window = useWindow();

  it('opens from the activity bar and shows the welcome text to signed-out users', async () => {
    await window.ui.openView('Keyless');
    await window.ui.welcome().waitFor();
    await window.ui.screenshot('welcome');
  });
});
