import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { treeItemOf } from '../../../src/tree/items';
import { hostileNodes } from '../../unit/tree/hostileNodes';

const hostile =
  '$(flame) <img src=x onerror=alert(1)> [click](command:workbench.action.quit) **bold** \u001b[31mred\u202eevil\u0000 `rm -rf $HOME` https://evil.example www.evil.example &lt;b&gt;\nline';

describe('names from outside in the tree', () => {
  const media = vscode.Uri.file('/media');
  for (const node of hostileNodes(hostile)) {
    it(`are shown as plain text in an item of kind ${node.kind}`, () => {
      const item = treeItemOf(node, media, { text: hostile, active: true });
      const texts = [item.label, item.description, item.accessibilityInformation?.label].filter(
        (text) => text !== undefined,
      );
      assert.ok(texts.length >= 2);
      for (const text of texts) {
        assert.ok(typeof text === 'string');
        assert.doesNotMatch(text, /\$\(flame\)/);
        assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }
      const { tooltip } = item;
      assert.ok(tooltip instanceof vscode.MarkdownString);
      assert.ok(!tooltip.isTrusted && !tooltip.supportHtml && !tooltip.supportThemeIcons);
      assert.doesNotMatch(tooltip.value, /(?<!\\)[[\]*`_]/);
      assert.doesNotMatch(tooltip.value, /[<>]|:\/\/|www\.|\$\(flame/);
      assert.equal(item.command, undefined);
    });
  }
});
