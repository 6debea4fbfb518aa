import assert from 'node:assert/strict';
import { ipv4Of, whyInvalidIpRule } from '../../../../src/sandbox/keyvault/networkAcls';

describe('The network rules of a sandbox vault', () => {
  it('treat a client on ::1 as one on 127.0.0.1', () => {
    assert.equal(ipv4Of('::1'), '127.0.0.1');
    assert.equal(ipv4Of('::ffff:127.0.0.1'), '127.0.0.1');
    assert.equal(ipv4Of('10.1.2.3'), '10.1.2.3');
  });

  it('reject anything but IPv4 ranges, and private ranges', () => {
    for (const value of ['1.2.3.4', '1.2.3.0/24', '0.0.0.0/0', '127.0.0.1', '11.0.0.0/8'])
      assert.equal(whyInvalidIpRule(value), undefined, value);
    for (const value of ['', 'localhost', '1.2.3', '1.2.3.4/33', '300.1.1.1', '::1', '1.2.3.4/x'])
      assert.match(whyInvalidIpRule(value) ?? '', /^is not a valid/, value);
    for (const value of ['10.0.0.1', '172.31.0.0/16', '192.168.1.0/24'])
      assert.match(whyInvalidIpRule(value) ?? '', /^belongs to forbidden range/, value);
  });
});
