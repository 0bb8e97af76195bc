import { describe, expect, it } from 'vitest';
import { PERMISSIONS, type Permission } from '../kernel/permission.ts';
import { ADMIN_ROLES, type AdminScope, isPermitted } from './permissions.ts';

const whoMay = (permission: Permission, scopes: readonly AdminScope[] = []): string[] =>
  ADMIN_ROLES.filter((role) => isPermitted(permission, { role, scopes }));

describe('what operators may do', () => {
  it('[OPS-02] is what the roles are for, and no more', () => {
    expect(Object.fromEntries(PERMISSIONS.map((each) => [each, whoMay(each)]))).toEqual({
      ADMIN: ['SUPER_ADMIN', 'ENGINEER', 'SUPPORT'],
      ADMIN_ACCOUNTS: ['SUPER_ADMIN'],
      ADMIN_CONFIG: ['SUPER_ADMIN', 'ENGINEER'],
      ADMIN_KEY_REFERENCES: ['SUPER_ADMIN'],
      ADMIN_KILL_SWITCH: ['SUPER_ADMIN', 'ENGINEER'],
      ADMIN_USER_KILL_SWITCH: ['SUPER_ADMIN', 'ENGINEER', 'SUPPORT'],
      ADMIN_QUOTA: ['SUPER_ADMIN', 'SUPPORT'],
      ADMIN_FINANCE: ['SUPER_ADMIN'],
      ADMIN_AUDIT: ['SUPER_ADMIN', 'ENGINEER', 'SUPPORT'],
      ADMIN_TICKET_CONTEXT: ['SUPER_ADMIN'],
    });
  });

  it('[OPS-02] reaches finance, and nothing else, with the scope of finance', () => {
    for (const permission of PERMISSIONS) {
      const expected = permission === 'ADMIN_FINANCE' ? [...ADMIN_ROLES] : whoMay(permission);
      expect([permission, whoMay(permission, ['FINANCE'])]).toEqual([permission, expected]);
    }
  });
});
