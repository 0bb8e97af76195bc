import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { faultsOf } from './testing/config-faults.ts';

const from = 'iama@example.org';
const smtpOf = (IAMA_SMTP_URL: string) => readConfig({ IAMA_SMTP_URL, IAMA_MAIL_FROM: from }).smtp;

describe('the configuration of mails', () => {
  it('[OPS-09] refuses halves, a login within the address, and what is no server of mails', () => {
    for (const [env, fault] of [
      [{ IAMA_SMTP_URL: 'smtps://mail.example.org' }, 'IAMA_SMTP_URL and IAMA_MAIL_FROM belong together'],
      [{ IAMA_MAIL_FROM: from }, 'IAMA_SMTP_URL and IAMA_MAIL_FROM belong together'],
      [
        { IAMA_SMTP_URL: 'smtps://mail.example.org', IAMA_MAIL_FROM: from, IAMA_SMTP_USER: 'iama' },
        'IAMA_SMTP_USER and IAMA_SMTP_PASSWORD_FILE belong together',
      ],
      [
        { IAMA_SMTP_USER: 'iama', IAMA_SMTP_PASSWORD_FILE: '/keys/smtp' },
        'IAMA_SMTP_USER: there is no IAMA_SMTP_URL',
      ],
      [{ IAMA_SUPPORT_ADDRESS: from }, 'IAMA_SUPPORT_ADDRESS: there is no IAMA_SMTP_URL'],
    ] as const)
      expect(faultsOf(env)).toEqual([fault]);
    for (const url of [
      'https://mail.example.org',
      'smtp://iama:secret@mail.example.org',
      'smtp://a/b',
      'mail',
    ])
      expect(faultsOf({ IAMA_SMTP_URL: url, IAMA_MAIL_FROM: from }).join()).toMatch(/^IAMA_SMTP_URL: /);
    expect(faultsOf({ IAMA_SMTP_URL: 'smtp://a:b@c', IAMA_MAIL_FROM: from }).join()).not.toContain('a:b');
    expect(faultsOf({ IAMA_SMTP_URL: 'smtp://a', IAMA_MAIL_FROM: 'a\nb@c.org' })).toHaveLength(1);
  });

  it('[OPS-09] encrypts whatever leaves this machine, and writes files without a server', () => {
    expect(readConfig({}).smtp).toBeNull();
    expect(smtpOf('smtps://mail.example.org')).toEqual({
      ...{ host: 'mail.example.org', port: 465, encryption: 'WHOLE', from, login: null },
    });
    expect(smtpOf('smtp://mail.example.org')).toMatchObject({ port: 587, encryption: 'STARTTLS' });
    expect(smtpOf('smtp://[::1]:2525/')).toMatchObject({ host: '::1', port: 2_525, encryption: 'NONE' });
    const login = { IAMA_SMTP_USER: 'iama', IAMA_SMTP_PASSWORD_FILE: '/keys/smtp' };
    expect(
      readConfig({ IAMA_SMTP_URL: 'smtps://mail.example.org:2465', IAMA_MAIL_FROM: from, ...login }).smtp,
    ).toMatchObject({ port: 2_465, login: { user: 'iama', passwordFile: '/keys/smtp' } });
  });
});
