import { createHash, timingSafeEqual } from 'node:crypto';
import { Exception } from './errors.js';
import type { Credentials } from './request.js';

export type Role = 'writer' | 'reader';

export type Users = Record<Role, { name: string; password: string }>;

/** The role that the credentials prove. Every user's name and password are compared, each in constant time. Throws 194 and 516. */
export function authenticate(users: Users, credentials: Credentials | undefined): Role {
  if (!credentials)
    throw new Exception(194, 'REQUIRED_PASSWORD', 'default: Authentication failed: a user and a password are required');
  const roles: Role[] = ['writer', 'reader'];
  const proven = roles.filter((role) => {
    const name = same(users[role].name, credentials.user);
    const password = same(users[role].password, credentials.password);
    return name && password;
  });
  const role = proven[0];
  if (role) return role;
  throw new Exception(
    516,
    'AUTHENTICATION_FAILED',
    `${credentials.user}: Authentication failed: password is incorrect, or there is no user with such name`,
  );
}

function same(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
