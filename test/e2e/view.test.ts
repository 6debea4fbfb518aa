import { useWindow } from '../support/ui/window';

describe('The Keyless view', () => {
  const window = useWindow();

  it('opens from the activity bar and welcomes who is not signed in', async () => {
    await window.ui.openView('Keyless');
    await window.ui.welcome().waitFor();
    await window.ui.screenshot('welcome');
  });
});
