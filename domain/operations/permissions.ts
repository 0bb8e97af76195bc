import type { Permission } from '../kernel/permission.ts';

export const ADMIN_ROLES = ['SUPER_ADMIN', 'ENGINEER', 'SUPPORT'] as const;
export type AdminRole = (typeof ADMIN_ROLES)[number];

/** Given beside the role, to any role. */
export const ADMIN_SCOPES = ['FINANCE'] as const;
export type AdminScope = (typeof ADMIN_SCOPES)[number];

type Grants = Readonly<{ role: AdminRole; scopes: readonly AdminScope[] }>;

/** OPS-02, line by line. */
const ROLES: Readonly<Record<Permission, readonly AdminRole[]>> = {
  ADMIN: ADMIN_ROLES,
  ADMIN_ACCOUNTS: ['SUPER_ADMIN'],
  ADMIN_CONFIG: ['SUPER_ADMIN', 'ENGINEER'],
  ADMIN_KEY_REFERENCES: ['SUPER_ADMIN'],
  ADMIN_KILL_SWITCH: ['SUPER_ADMIN', 'ENGINEER'],
  ADMIN_USER_KILL_SWITCH: ADMIN_ROLES,
  ADMIN_QUOTA: ['SUPER_ADMIN', 'SUPPORT'],
  ADMIN_FINANCE: ['SUPER_ADMIN'],
  ADMIN_AUDIT: ADMIN_ROLES,
  ADMIN_TICKET_CONTEXT: ['SUPER_ADMIN'],
};

/** Whether the role, or a scope given beside it, is good for it. */
export const isPermitted = (permission: Permission, { role, scopes }: Grants): boolean =>
  ROLES[permission].includes(role) || (permission === 'ADMIN_FINANCE' && scopes.includes('FINANCE'));
