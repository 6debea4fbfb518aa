import { createHash, generateKeyPair, randomBytes, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
} from '@peculiar/asn1-x509';

/** What the listeners of one run need, and what its clients must trust. All PEM. */
export interface TlsMaterial {
  /**
   * To be trusted for the sandbox's endpoints. Its key is discarded as soon as the certificate below is
   * signed.
   */
  caCertificate: string;
  certificate: string;
  privateKey: string;
}

/**
 * Creates a certificate authority for this run and one server certificate signed by it. The authority is
 * name-constrained (critical, RFC 5280 4.2.1.10) to `localhost`, the names below it and the loopback
 * addresses, so trusting it means trusting it for nothing else.
 */
export async function createTlsMaterial(now: number = Date.now()): Promise<TlsMaterial> {
  const [authority, server] = await Promise.all([generateKeys(), generateKeys()]);
  const issuer = nameOf('Keyless sandbox CA');
  const caCertificate = signCertificate(
    {
      now,
      issuer,
      subject: issuer,
      publicKey: authority.publicKey,
      extensions: [
        extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
        extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
        extension(id_ce_nameConstraints, true, ownNamesOnly()),
      ],
    },
    authority,
  );
  const certificate = signCertificate(
    {
      now,
      issuer,
      subject: nameOf('Keyless sandbox'),
      publicKey: server.publicKey,
      extensions: [
        extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
        extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
        extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth])),
        extension(id_ce_subjectAltName, false, new SubjectAlternativeName(serverNames())),
      ],
    },
    authority,
  );
  return {
    caCertificate,
    certificate,
    privateKey: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

function generateKeys(): Promise<KeyPair> {
  return promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
}

const ownNames = [
  'localhost',
  ...['vault', 'blob', 'queue', 'table', 'sites', 'scm'].map((service) => `*.${service}.localhost`),
];

function serverNames(): GeneralName[] {
  return [
    ...ownNames.map((dNSName) => new GeneralName({ dNSName })),
    ...['127.0.0.1', '::1'].map((iPAddress) => new GeneralName({ iPAddress })),
  ];
}

function ownNamesOnly(): NameConstraints {
  // 'localhost' without a leading dot also covers the names below it.
  const permitted = [
    new GeneralName({ dNSName: 'localhost' }),
    new GeneralName({ iPAddress: '127.0.0.1/32' }),
    new GeneralName({ iPAddress: '::1/128' }),
  ];
  return new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(permitted.map((base) => new GeneralSubtree({ base }))),
  });
}

interface Subject {
  now: number;
  issuer: Name;
  subject: Name;
  publicKey: KeyObject;
  extensions: Extension[];
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const hour = 3_600_000;

function signCertificate(of: Subject, authority: KeyPair): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const publicKey = subjectPublicKey(of.publicKey);
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: positiveNumber(),
    signature: algorithm,
    issuer: of.issuer,
    validity: new Validity({
      notBefore: new Date(of.now - hour),
      notAfter: new Date(of.now + 30 * 24 * hour),
    }),
    subject: of.subject,
    subjectPublicKeyInfo: publicKey,
    extensions: new Extensions([
      ...of.extensions,
      extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(publicKey))),
      extension(
        id_ce_authorityKeyIdentifier,
        false,
        new AuthorityKeyIdentifier({
          keyIdentifier: new KeyIdentifier(keyIdentifier(subjectPublicKey(authority.publicKey))),
        }),
      ),
    ]),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), authority.privateKey);
  const der = AsnConvert.serialize(
    new Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue: bytes(signature) }),
  );
  const base64 = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function extension(extnID: string, critical: boolean, value: unknown): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function subjectPublicKey(key: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(key.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo);
}

/** RFC 5280 4.2.1.2, method 1. */
function keyIdentifier(key: SubjectPublicKeyInfo): ArrayBuffer {
  return bytes(createHash('sha1').update(Buffer.from(key.subjectPublicKey)).digest());
}

function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: '2.5.4.3', value })])]);
}

function positiveNumber(): ArrayBuffer {
  const number = randomBytes(16);
  number.writeUInt8((number.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes(number);
}

function bytes(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}
