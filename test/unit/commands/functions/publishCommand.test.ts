import assert from 'node:assert/strict';
import { publishCommand } from '../../../../src/commands/functions/publishCommand';

const site = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites';

describe('the command that deploys a project', () => {
  it('names the app', () => {
    assert.equal(publishCommand(`${site}/shop`), 'func azure functionapp publish shop');
  });

  it('names the app and the slot', () => {
    assert.equal(
      publishCommand(`${site}/shop/slots/next`),
      'func azure functionapp publish shop --slot next',
    );
  });

  it('quotes names that a shell would read as more than a word', () => {
    assert.equal(
      publishCommand(`${site}/a$(b) c\n/slots/d'; e \u2019`),
      "func azure functionapp publish 'a$(b) c' --slot 'd; e '",
    );
  });
});
