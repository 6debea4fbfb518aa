import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, NameConstraints, id_ce_nameConstraints } from '@peculiar/asn1-x509';
import { createTlsMaterial, type TlsMaterial } from '../../../../src/sandbox/server/tls';
import { temporaryFolder } from '../../../support/processes';
import { skip } from '../../../support/skip';

describe("The sandbox's certificate", () => {
  let material: TlsMaterial;
  let server: https.Server;
  let port: number;

  before(async () => {
    material = await createTlsMaterial();
    server = https.createServer({ key: material.privateKey, cert: material.certificate }, (_, response) => {
      response.end('yes');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  for (const name of ['localhost', 'kv1.vault.localhost', 'my-app.sites.localhost', 'my-app.scm.localhost'])
    it(`is accepted for ${name}`, async () => {
      assert.equal(await get(name), 200);
    });

  for (const name of ['a.b.vault.localhost', 'vault.localhost', 'management.azure.com', 'other.localhost'])
    it(`is rejected for ${name}`, async () => {
      await assert.rejects(get(name), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    });

  it('is rejected without the CA', async () => {
    await assert.rejects(get('localhost', ''), /self-signed|unable to (get|verify)/);
  });

  it('has a CA that is limited to loopback names', () => {
    const ca = AsnConvert.parse(new X509Certificate(material.caCertificate).raw, Certificate);
    const extension = ca.tbsCertificate.extensions?.find(({ extnID }) => extnID === id_ce_nameConstraints);
    assert.ok(extension?.critical);
    const constraints = AsnConvert.parse(extension.extnValue.buffer, NameConstraints);
    const permitted = Array.from(constraints.permittedSubtrees ?? []).map(
      ({ base }) => base.dNSName ?? base.iPAddress,
    );
    assert.deepEqual(permitted, ['localhost', '127.0.0.1/32', '::1/128']);
  });

  it('is different in each run', async () => {
    const other = await createTlsMaterial();
    assert.notEqual(other.caCertificate, material.caCertificate);
    assert.equal(
      new X509Certificate(other.certificate).checkIssued(new X509Certificate(other.caCertificate)),
      true,
    );
    assert.equal(
      new X509Certificate(other.certificate).verify(new X509Certificate(material.caCertificate).publicKey),
      false,
    );
  });

  it('passes the strict checks of OpenSSL, which Python and the az CLI use', function () {
    if (spawnSync('openssl', ['version']).status !== 0) skip(this, 'openssl is not installed');
    const folder = temporaryFolder('tls');
    try {
      const file = (name: string, text: string) => {
        const full = path.join(folder.path, name);
        fs.writeFileSync(full, text);
        return full;
      };
      const ca = file('ca.pem', material.caCertificate);
      const leaf = file('leaf.pem', material.certificate);
      const names = ['-verify_hostname', 'kv1.vault.localhost'];
      const output = execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', ca, ...names, leaf], {
        encoding: 'utf8',
      });
      assert.match(output, /: OK/);
    } finally {
      folder.remove();
    }
  });

  function get(servername: string, ca = material.caCertificate): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        servername,
        agent: false,
        headers: { host: servername },
        ...(ca !== '' && { ca }),
      };
      https
        .get(options, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .once('error', reject);
    });
  }
});
