import assert from 'node:assert/strict';
import { inPseudo, outsideOfPseudo, pseudoLanguage } from '../support/pseudoLanguage';
import { until } from '../support/until';
import { useWindow } from '../support/window';

describe('Keyless in another language', () => {
  const window = useWindow({ language: pseudoLanguage });
  it('welcomes', async () => {
    const { ui } = window;
    await ui.openView('Keyless');
    await ui.welcome(inPseudo('Start Sandbox')).waitFor();
    await ui.screenshot('language-1-welcome');
    console.log(await ui.welcome().allInnerTexts());
    void assert;
    void outsideOfPseudo;
    void until;
  });
});
