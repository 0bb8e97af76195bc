// Generated from the OpenAPI document: npm run openapi:generate

export type ClientOptions = {
    baseUrl: `${string}://${string}` | (string & {});
};

export type RegisterUserData = {
    body: {
        email: string;
        password: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/register';
};

export type RegisterUserErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RegisterUserError = RegisterUserErrors[keyof RegisterUserErrors];

export type RegisterUserResponses = {
    /**
     * Done
     */
    201: {
        access_token: string;
        /**
         * Seconds
         */
        expires_in: number;
        /**
         * Good for one use
         */
        refresh_token: string;
        /**
         * Seconds
         */
        refresh_expires_in: number;
        user_id: string;
        session_id: string;
    };
};

export type RegisterUserResponse = RegisterUserResponses[keyof RegisterUserResponses];

export type SignInData = {
    body: {
        email: string;
        password: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/login';
};

export type SignInErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SignInError = SignInErrors[keyof SignInErrors];

export type SignInResponses = {
    /**
     * Done
     */
    200: {
        access_token: string;
        /**
         * Seconds
         */
        expires_in: number;
        /**
         * Good for one use
         */
        refresh_token: string;
        /**
         * Seconds
         */
        refresh_expires_in: number;
        user_id: string;
        session_id: string;
    };
};

export type SignInResponse = SignInResponses[keyof SignInResponses];

export type RefreshSessionData = {
    body: {
        refresh_token: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/refresh';
};

export type RefreshSessionErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RefreshSessionError = RefreshSessionErrors[keyof RefreshSessionErrors];

export type RefreshSessionResponses = {
    /**
     * Done
     */
    200: {
        access_token: string;
        /**
         * Seconds
         */
        expires_in: number;
        /**
         * Good for one use
         */
        refresh_token: string;
        /**
         * Seconds
         */
        refresh_expires_in: number;
        user_id: string;
        session_id: string;
    };
};

export type RefreshSessionResponse = RefreshSessionResponses[keyof RefreshSessionResponses];

export type LogoutData = {
    body: unknown;
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/logout';
};

export type LogoutErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type LogoutError = LogoutErrors[keyof LogoutErrors];

export type LogoutResponses = {
    /**
     * No content
     */
    204: void;
};

export type LogoutResponse = LogoutResponses[keyof LogoutResponses];

export type RevokeSessionData = {
    body: unknown;
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        session_id: string;
    };
    query?: never;
    url: '/api/v1/auth/sessions/{session_id}';
};

export type RevokeSessionErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RevokeSessionError = RevokeSessionErrors[keyof RevokeSessionErrors];

export type RevokeSessionResponses = {
    /**
     * No content
     */
    204: void;
};

export type RevokeSessionResponse = RevokeSessionResponses[keyof RevokeSessionResponses];

export type RevokeSessionsData = {
    body: unknown;
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/sessions';
};

export type RevokeSessionsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RevokeSessionsError = RevokeSessionsErrors[keyof RevokeSessionsErrors];

export type RevokeSessionsResponses = {
    /**
     * No content
     */
    204: void;
};

export type RevokeSessionsResponse = RevokeSessionsResponses[keyof RevokeSessionsResponses];

export type ListSessionsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/auth/sessions';
};

export type ListSessionsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListSessionsError = ListSessionsErrors[keyof ListSessionsErrors];

export type ListSessionsResponses = {
    /**
     * Done
     */
    200: {
        sessions: Array<{
            session_id: string;
            opened_at: string;
            current: boolean;
        }>;
    };
};

export type ListSessionsResponse = ListSessionsResponses[keyof ListSessionsResponses];

export type ChangePasswordData = {
    body: {
        current_password: string;
        new_password: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/change-password';
};

export type ChangePasswordErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ChangePasswordError = ChangePasswordErrors[keyof ChangePasswordErrors];

export type ChangePasswordResponses = {
    /**
     * Done
     */
    200: {
        access_token: string;
        /**
         * Seconds
         */
        expires_in: number;
        /**
         * Good for one use
         */
        refresh_token: string;
        /**
         * Seconds
         */
        refresh_expires_in: number;
        user_id: string;
        session_id: string;
    };
};

export type ChangePasswordResponse = ChangePasswordResponses[keyof ChangePasswordResponses];

export type ForgetPasswordData = {
    body: {
        email: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/forgot-password';
};

export type ForgetPasswordErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ForgetPasswordError = ForgetPasswordErrors[keyof ForgetPasswordErrors];

export type ForgetPasswordResponses = {
    /**
     * No content
     */
    204: void;
};

export type ForgetPasswordResponse = ForgetPasswordResponses[keyof ForgetPasswordResponses];

export type ResetPasswordData = {
    body: {
        token: string;
        new_password: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/reset-password';
};

export type ResetPasswordErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ResetPasswordError = ResetPasswordErrors[keyof ResetPasswordErrors];

export type ResetPasswordResponses = {
    /**
     * No content
     */
    204: void;
};

export type ResetPasswordResponse = ResetPasswordResponses[keyof ResetPasswordResponses];

export type VerifyEmailData = {
    body: {
        token: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/verify-email';
};

export type VerifyEmailErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type VerifyEmailError = VerifyEmailErrors[keyof VerifyEmailErrors];

export type VerifyEmailResponses = {
    /**
     * No content
     */
    204: void;
};

export type VerifyEmailResponse = VerifyEmailResponses[keyof VerifyEmailResponses];

export type StartDeviceData = {
    body: unknown;
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/device';
};

export type StartDeviceErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type StartDeviceError = StartDeviceErrors[keyof StartDeviceErrors];

export type StartDeviceResponses = {
    /**
     * Done
     */
    201: {
        device_code: string;
        user_code: string;
        /**
         * Seconds
         */
        expires_in: number;
        /**
         * Seconds between two polls
         */
        interval: number;
    };
};

export type StartDeviceResponse = StartDeviceResponses[keyof StartDeviceResponses];

export type DecideDeviceData = {
    body: {
        user_code: string;
        approve: boolean;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/device/decide';
};

export type DecideDeviceErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type DecideDeviceError = DecideDeviceErrors[keyof DecideDeviceErrors];

export type DecideDeviceResponses = {
    /**
     * No content
     */
    204: void;
};

export type DecideDeviceResponse = DecideDeviceResponses[keyof DecideDeviceResponses];

export type SignInDeviceData = {
    body: {
        device_code: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/device/token';
};

export type SignInDeviceErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SignInDeviceError = SignInDeviceErrors[keyof SignInDeviceErrors];

export type SignInDeviceResponses = {
    /**
     * Done
     */
    200: {
        access_token: string;
        /**
         * Seconds
         */
        expires_in: number;
        /**
         * Good for one use
         */
        refresh_token: string;
        /**
         * Seconds
         */
        refresh_expires_in: number;
        user_id: string;
        session_id: string;
    };
};

export type SignInDeviceResponse = SignInDeviceResponses[keyof SignInDeviceResponses];

export type ListPersonalTokensData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/auth/tokens';
};

export type ListPersonalTokensErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListPersonalTokensError = ListPersonalTokensErrors[keyof ListPersonalTokensErrors];

export type ListPersonalTokensResponses = {
    /**
     * Done
     */
    200: {
        tokens: Array<{
            session_id: string;
            label: string;
            scopes: Array<string>;
            created_at: string;
            expires_at: string;
        }>;
    };
};

export type ListPersonalTokensResponse = ListPersonalTokensResponses[keyof ListPersonalTokensResponses];

export type CreatePersonalTokenData = {
    body: {
        label: string;
        scopes: Array<'jobs:read' | 'jobs:write' | 'account:read'>;
        days: number;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/tokens';
};

export type CreatePersonalTokenErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type CreatePersonalTokenError = CreatePersonalTokenErrors[keyof CreatePersonalTokenErrors];

export type CreatePersonalTokenResponses = {
    /**
     * Done
     */
    201: {
        token: string;
        session_id: string;
        expires_at: string;
    };
};

export type CreatePersonalTokenResponse = CreatePersonalTokenResponses[keyof CreatePersonalTokenResponses];

export type DeleteAccountData = {
    body: {
        password: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/account';
};

export type DeleteAccountErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type DeleteAccountError = DeleteAccountErrors[keyof DeleteAccountErrors];

export type DeleteAccountResponses = {
    /**
     * No content
     */
    204: void;
};

export type DeleteAccountResponse = DeleteAccountResponses[keyof DeleteAccountResponses];

export type GiveConsentData = {
    body: {
        data_processing: boolean;
        zero_training: boolean;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/account/consent';
};

export type GiveConsentErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GiveConsentError = GiveConsentErrors[keyof GiveConsentErrors];

export type GiveConsentResponses = {
    /**
     * No content
     */
    204: void;
};

export type GiveConsentResponse = GiveConsentResponses[keyof GiveConsentResponses];

export type ListOperatorsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/admin/accounts';
};

export type ListOperatorsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListOperatorsError = ListOperatorsErrors[keyof ListOperatorsErrors];

export type ListOperatorsResponses = {
    /**
     * Done
     */
    200: {
        accounts: Array<{
            admin_id: string;
            email: string | null;
            role: 'SUPER_ADMIN' | 'ENGINEER' | 'SUPPORT';
            scopes: Array<'FINANCE'>;
        }>;
    };
};

export type ListOperatorsResponse = ListOperatorsResponses[keyof ListOperatorsResponses];

export type AddAdminData = {
    body: {
        role: 'SUPER_ADMIN' | 'ENGINEER' | 'SUPPORT';
        scopes: Array<'FINANCE'>;
        email: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/admin/accounts';
};

export type AddAdminErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type AddAdminError = AddAdminErrors[keyof AddAdminErrors];

export type AddAdminResponses = {
    /**
     * Done
     */
    201: {
        admin_id: string;
        password: string;
        /**
         * otpauth:, for an app that makes codes
         */
        totp_uri: string;
    };
};

export type AddAdminResponse = AddAdminResponses[keyof AddAdminResponses];

export type RemoveAdminData = {
    body: unknown;
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        admin_id: string;
    };
    query?: never;
    url: '/api/v1/admin/accounts/{admin_id}';
};

export type RemoveAdminErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RemoveAdminError = RemoveAdminErrors[keyof RemoveAdminErrors];

export type RemoveAdminResponses = {
    /**
     * No content
     */
    204: void;
};

export type RemoveAdminResponse = RemoveAdminResponses[keyof RemoveAdminResponses];

export type SetAdminRoleData = {
    body: {
        role: 'SUPER_ADMIN' | 'ENGINEER' | 'SUPPORT';
        scopes: Array<'FINANCE'>;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        admin_id: string;
    };
    query?: never;
    url: '/api/v1/admin/accounts/{admin_id}';
};

export type SetAdminRoleErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SetAdminRoleError = SetAdminRoleErrors[keyof SetAdminRoleErrors];

export type SetAdminRoleResponses = {
    /**
     * No content
     */
    204: void;
};

export type SetAdminRoleResponse = SetAdminRoleResponses[keyof SetAdminRoleResponses];

export type ResetAdminPasswordData = {
    body: unknown;
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        admin_id: string;
    };
    query?: never;
    url: '/api/v1/admin/accounts/{admin_id}/reset-password';
};

export type ResetAdminPasswordErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ResetAdminPasswordError = ResetAdminPasswordErrors[keyof ResetAdminPasswordErrors];

export type ResetAdminPasswordResponses = {
    /**
     * Done
     */
    200: {
        password: string;
        /**
         * otpauth:, for an app that makes codes
         */
        totp_uri: string;
    };
};

export type ResetAdminPasswordResponse = ResetAdminPasswordResponses[keyof ResetAdminPasswordResponses];

export type SignInAdminData = {
    body: {
        email: string;
        password: string;
        code: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/admin/auth/login';
};

export type SignInAdminErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SignInAdminError = SignInAdminErrors[keyof SignInAdminErrors];

export type SignInAdminResponses = {
    /**
     * Done
     */
    200: {
        token: string;
        /**
         * Seconds
         */
        expires_in: number;
        admin_id: string;
        session_id: string;
    };
};

export type SignInAdminResponse = SignInAdminResponses[keyof SignInAdminResponses];

export type SignOutAdminData = {
    body: unknown;
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/admin/auth/logout';
};

export type SignOutAdminErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SignOutAdminError = SignOutAdminErrors[keyof SignOutAdminErrors];

export type SignOutAdminResponses = {
    /**
     * No content
     */
    204: void;
};

export type SignOutAdminResponse = SignOutAdminResponses[keyof SignOutAdminResponses];

export type ListHaltsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/admin/kill-switch';
};

export type ListHaltsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListHaltsError = ListHaltsErrors[keyof ListHaltsErrors];

export type ListHaltsResponses = {
    /**
     * Done
     */
    200: {
        halts: Array<{
            user_id: string | null;
            reason: string;
            by: string;
            at: string;
        }>;
    };
};

export type ListHaltsResponse = ListHaltsResponses[keyof ListHaltsResponses];

export type SwitchSpendingData = {
    body: {
        halted: boolean;
        reason: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/admin/kill-switch';
};

export type SwitchSpendingErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SwitchSpendingError = SwitchSpendingErrors[keyof SwitchSpendingErrors];

export type SwitchSpendingResponses = {
    /**
     * Done
     */
    200: {
        halts: Array<{
            user_id: string | null;
            reason: string;
            by: string;
            at: string;
        }>;
    };
};

export type SwitchSpendingResponse = SwitchSpendingResponses[keyof SwitchSpendingResponses];

export type SwitchUserSpendingData = {
    body: {
        halted: boolean;
        reason: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        user_id: string;
    };
    query?: never;
    url: '/api/v1/admin/kill-switch/users/{user_id}';
};

export type SwitchUserSpendingErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SwitchUserSpendingError = SwitchUserSpendingErrors[keyof SwitchUserSpendingErrors];

export type SwitchUserSpendingResponses = {
    /**
     * Done
     */
    200: {
        halts: Array<{
            user_id: string | null;
            reason: string;
            by: string;
            at: string;
        }>;
    };
};

export type SwitchUserSpendingResponse = SwitchUserSpendingResponses[keyof SwitchUserSpendingResponses];

export type GetSettingData = {
    body?: never;
    path: {
        key: string;
    };
    query?: never;
    url: '/api/v1/admin/config/{key}';
};

export type GetSettingErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetSettingError = GetSettingErrors[keyof GetSettingErrors];

export type GetSettingResponses = {
    /**
     * Done
     */
    200: {
        key: string;
        value: unknown;
        default: unknown;
        about: string;
        /**
         * 0: never changed
         */
        revision: number;
        changed_by: string | null;
        changed_at: string | null;
        changes: Array<{
            revision: number;
            before: unknown;
            value: unknown;
            reason: string;
            by: string;
            at: string;
        }>;
    };
};

export type GetSettingResponse = GetSettingResponses[keyof GetSettingResponses];

export type ChangeSettingData = {
    body: {
        value: unknown;
        reason: string;
        if_revision?: number;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        key: string;
    };
    query?: never;
    url: '/api/v1/admin/config/{key}';
};

export type ChangeSettingErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ChangeSettingError = ChangeSettingErrors[keyof ChangeSettingErrors];

export type ChangeSettingResponses = {
    /**
     * Done
     */
    200: {
        key: string;
        revision: number;
        value: unknown;
    };
};

export type ChangeSettingResponse = ChangeSettingResponses[keyof ChangeSettingResponses];

export type RollBackSettingData = {
    body: {
        revision: number;
        reason: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        key: string;
    };
    query?: never;
    url: '/api/v1/admin/config/{key}/rollback';
};

export type RollBackSettingErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RollBackSettingError = RollBackSettingErrors[keyof RollBackSettingErrors];

export type RollBackSettingResponses = {
    /**
     * Done
     */
    200: {
        key: string;
        revision: number;
        value: unknown;
    };
};

export type RollBackSettingResponse = RollBackSettingResponses[keyof RollBackSettingResponses];

export type ReportTelemetryData = {
    body: {
        events: Array<{
            name: 'surface_opened' | 'command_used' | 'onboarding_step';
            subject: 'SETUP' | 'PROPOSALS' | 'SPECIFICATION' | 'PROGRESS' | 'DELIVERY' | 'USAGE' | 'HISTORY' | 'SIGN_IN' | 'REVERT';
            client: 'VSCODE' | 'CLI' | 'WEB';
            system: 'LINUX' | 'MACOS' | 'WINDOWS';
            client_version: string;
            duration_ms?: number | null;
        }>;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/telemetry/events';
};

export type ReportTelemetryErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ReportTelemetryError = ReportTelemetryErrors[keyof ReportTelemetryErrors];

export type ReportTelemetryResponses = {
    /**
     * Done
     */
    202: {
        kept: number;
    };
};

export type ReportTelemetryResponse = ReportTelemetryResponses[keyof ReportTelemetryResponses];

export type OpenTicketData = {
    body: {
        category: 'JOB' | 'BILLING' | 'SIGN_IN' | 'OTHER';
        client: 'VSCODE' | 'CLI' | 'WEB';
        system: 'LINUX' | 'MACOS' | 'WINDOWS';
        client_version: string;
        job_id?: string;
        context?: {
            consent: boolean;
            text: string;
        };
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/support/tickets';
};

export type OpenTicketErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type OpenTicketError = OpenTicketErrors[keyof OpenTicketErrors];

export type OpenTicketResponses = {
    /**
     * Done
     */
    201: {
        ticket_id: string;
        mode: 'METADATA_ONLY' | 'WITH_CONTEXT';
        /**
         * Lines of the context that held a secret
         */
        lines_cut_out: number;
    };
};

export type OpenTicketResponse = OpenTicketResponses[keyof OpenTicketResponses];

export type SwitchTicketContextData = {
    body: {
        allowed: boolean;
        reason: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        user_id: string;
    };
    query?: never;
    url: '/api/v1/admin/support/context/{user_id}';
};

export type SwitchTicketContextErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SwitchTicketContextError = SwitchTicketContextErrors[keyof SwitchTicketContextErrors];

export type SwitchTicketContextResponses = {
    /**
     * Done
     */
    200: {
        user_id: string;
        allowed: boolean;
    };
};

export type SwitchTicketContextResponse = SwitchTicketContextResponses[keyof SwitchTicketContextResponses];

export type RaiseHoldData = {
    body: {
        micro_credits: number;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/budget/raise';
};

export type RaiseHoldErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RaiseHoldError = RaiseHoldErrors[keyof RaiseHoldErrors];

export type RaiseHoldResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        held: number;
    };
};

export type RaiseHoldResponse = RaiseHoldResponses[keyof RaiseHoldResponses];

export type GrantGoodwillData = {
    body: {
        micro_credits: number;
        days?: number | null;
        reason: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        user_id: string;
    };
    query?: never;
    url: '/api/v1/admin/quota/{user_id}';
};

export type GrantGoodwillErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GrantGoodwillError = GrantGoodwillErrors[keyof GrantGoodwillErrors];

export type GrantGoodwillResponses = {
    /**
     * Done
     */
    200: {
        user_id: string;
        lot_id: string;
        available: number;
    };
};

export type GrantGoodwillResponse = GrantGoodwillResponses[keyof GrantGoodwillResponses];

export type CorrectChargeData = {
    body: {
        user_id: string;
        job_id: string;
        /**
         * null: all of the charge that stands
         */
        micro_credits?: number | null;
        reason: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/admin/finance/corrections';
};

export type CorrectChargeErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type CorrectChargeError = CorrectChargeErrors[keyof CorrectChargeErrors];

export type CorrectChargeResponses = {
    /**
     * Done
     */
    201: {
        correction_id: string;
        job_id: string;
        micro_credits: number;
        /**
         * What of the charge stands
         */
        left: number;
        /**
         * What the person has then
         */
        available: number;
    };
};

export type CorrectChargeResponse = CorrectChargeResponses[keyof CorrectChargeResponses];

export type SetBudgetCapData = {
    body: {
        /**
         * null: what is held for the job, on FREE a limit of ours
         */
        micro_credits: number | null;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/budget/cap';
};

export type SetBudgetCapErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SetBudgetCapError = SetBudgetCapErrors[keyof SetBudgetCapErrors];

export type SetBudgetCapResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        cap: number | null;
        spent: number;
        held: number;
    };
};

export type SetBudgetCapResponse = SetBudgetCapResponses[keyof SetBudgetCapResponses];

export type ClosePeriodData = {
    body: {
        [key: string]: never;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        period: string;
    };
    query?: never;
    url: '/api/v1/admin/finance/periods/{period}/close';
};

export type ClosePeriodErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ClosePeriodError = ClosePeriodErrors[keyof ClosePeriodErrors];

export type ClosePeriodResponses = {
    /**
     * Done
     */
    200: {
        period: string;
        /**
         * The newest of the month
         */
        version: number;
    };
};

export type ClosePeriodResponse = ClosePeriodResponses[keyof ClosePeriodResponses];

export type RestatePeriodData = {
    body: {
        reason: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        period: string;
    };
    query?: never;
    url: '/api/v1/admin/finance/periods/{period}/restatements';
};

export type RestatePeriodErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RestatePeriodError = RestatePeriodErrors[keyof RestatePeriodErrors];

export type RestatePeriodResponses = {
    /**
     * Done
     */
    201: {
        period: string;
        /**
         * The newest of the month
         */
        version: number;
    };
};

export type RestatePeriodResponse = RestatePeriodResponses[keyof RestatePeriodResponses];

export type RequestExportData = {
    body: {
        period: string;
        format: 'csv' | 'jsonl' | 'parquet';
        /**
         * null: the newest
         */
        version?: number | null;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/admin/finance/exports';
};

export type RequestExportErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RequestExportError = RequestExportErrors[keyof RequestExportErrors];

export type RequestExportResponses = {
    /**
     * Done
     */
    202: {
        export_id: string;
        status: 'WRITING';
    };
};

export type RequestExportResponse = RequestExportResponses[keyof RequestExportResponses];

export type ListPricesData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/admin/finance/prices';
};

export type ListPricesErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListPricesError = ListPricesErrors[keyof ListPricesErrors];

export type ListPricesResponses = {
    /**
     * Done
     */
    200: {
        lists: Array<{
            version: string;
            effective_from: string;
            models: {
                [key: string]: {
                    /**
                     * Micro-credits per 1,000 tokens
                     */
                    input: number;
                    /**
                     * Micro-credits per 1,000 tokens
                     */
                    cached: number;
                    /**
                     * Micro-credits per 1,000 tokens
                     */
                    output: number;
                };
            };
            published_at: string;
        }>;
    };
};

export type ListPricesResponse = ListPricesResponses[keyof ListPricesResponses];

export type PublishPricesData = {
    body: {
        version: string;
        effective_from: string;
        /**
         * Micro-credits per 1,000 tokens, by model
         */
        models: {
            [key: string]: {
                input: number;
                cached: number;
                output: number;
            };
        };
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/admin/finance/prices';
};

export type PublishPricesErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type PublishPricesError = PublishPricesErrors[keyof PublishPricesErrors];

export type PublishPricesResponses = {
    /**
     * Done
     */
    200: {
        /**
         * Models that are too dear for the largest calls of a tier that draws no credits
         */
        warnings: Array<{
            code: 'UNHELD_CALL_UNAFFORDABLE';
            tier: string;
            model: string;
            /**
             * Micro-credits that a call of it may cost
             */
            at_most: number;
            /**
             * Micro-credits that a job of the tier may spend
             */
            limit: number;
            /**
             * Of sources, with which a call fits
             */
            context_tokens: number;
        }>;
    };
};

export type PublishPricesResponse = PublishPricesResponses[keyof PublishPricesResponses];

export type OpenCheckoutData = {
    body: {
        tier?: 'FREE' | 'PLUS' | 'PRO' | 'MAX' | 'ENTERPRISE';
        /**
         * US$0.01 each
         */
        credits?: number;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/billing/checkout';
};

export type OpenCheckoutErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type OpenCheckoutError = OpenCheckoutErrors[keyof OpenCheckoutErrors];

export type OpenCheckoutResponses = {
    /**
     * Done
     */
    200: {
        /**
         * At the payment provider
         */
        url: string;
    };
};

export type OpenCheckoutResponse = OpenCheckoutResponses[keyof OpenCheckoutResponses];

export type OpenPortalData = {
    body: unknown;
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/billing/portal';
};

export type OpenPortalErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type OpenPortalError = OpenPortalErrors[keyof OpenPortalErrors];

export type OpenPortalResponses = {
    /**
     * Done
     */
    200: {
        /**
         * At the payment provider
         */
        url: string;
    };
};

export type OpenPortalResponse = OpenPortalResponses[keyof OpenPortalResponses];

export type ListJobsData = {
    body?: never;
    path?: never;
    query?: {
        status?: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
        goal?: string;
        limit?: number;
        cursor?: string;
    };
    url: '/api/v1/jobs';
};

export type ListJobsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListJobsError = ListJobsErrors[keyof ListJobsErrors];

export type ListJobsResponses = {
    /**
     * Done
     */
    200: {
        jobs: Array<{
            job_id: string;
            owner_id: string;
            status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
            title: string;
            goal: string;
            goal_text: string;
            mode: 'SIMPLE' | 'PROFESSIONAL' | 'ENTERPRISE';
            targets: Array<string>;
            tier: 'FREE' | 'PLUS' | 'PRO' | 'MAX' | 'ENTERPRISE' | null;
            strategy: 'CONSERVATIVE' | 'STANDARD' | 'COMPREHENSIVE' | null;
            failure_class: string | null;
            /**
             * Why the job was refused, or a stage failed
             */
            reasons: Array<{
                code: string;
                path: string | null;
                line: number | null;
                reason: string;
            }>;
            attempts: number;
            /**
             * Of the newest attempt
             */
            model_class: 'L0' | 'L1' | 'L2' | 'L3' | null;
            model_calls: number;
            tokens: number;
            executions: Array<{
                execution_id: string;
                kind: 'BASELINE' | 'TEST' | 'APPLY' | 'REVERT';
                attempt: number;
                requested_at: string;
                claimant: string | null;
            }>;
            heartbeat_status: 'ALIVE' | 'GRACE' | 'PARKED';
            grace_deadline_at: string | null;
            /**
             * When an escalation or intervention is due
             */
            decision_deadline_at: string | null;
            /**
             * What the job asks while it waits for an escalation
             */
            escalation: {
                /**
                 * BUDGET: the next step could cost more than the job may spend
                 */
                reason: 'PHASE' | 'BUDGET';
                to_class: 'L0' | 'L1' | 'L2' | 'L3';
            } | null;
            /**
             * The tests ran out of time, and the job asks how to go on
             */
            timed_out: {
                timeout_seconds: number;
                /**
                 * Labels of tests that can be set aside
                 */
                tests: Array<string>;
            } | null;
            artifact_expires_at: string | null;
            /**
             * An operator halted spending: the job waits, and goes on by itself later
             */
            halted: boolean;
            spend: {
                model_calls: number;
                tokens: number;
                /**
                 * Charged, 0 until the job has ended; 1 credit is 1,000,000 micro-credits
                 */
                micro_credits: number;
            };
            delivery_phase: 'OFFERED' | 'ACCEPTED' | 'APPLIED' | 'REVERTED' | null;
            requested_at: string;
            started_at: string | null;
            finished_at: string | null;
            updated_at: string;
            [key: string]: unknown;
        }>;
        next_cursor: string | null;
    };
};

export type ListJobsResponse = ListJobsResponses[keyof ListJobsResponses];

export type RequestJobData = {
    body: {
        goal: 'JAVASCRIPT_TO_TYPESCRIPT' | 'PYTHON_2_TO_3' | 'JAVA_8_TO_21' | 'REACT_CLASS_TO_HOOKS' | 'FREE_TEXT';
        goal_text?: string;
        targets?: Array<string>;
        mode?: 'SIMPLE' | 'PROFESSIONAL' | 'ENTERPRISE';
        title?: string;
        execution_mode?: 'LOCAL' | 'REMOTE_SANDBOX';
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/jobs';
};

export type RequestJobErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RequestJobError = RequestJobErrors[keyof RequestJobErrors];

export type RequestJobResponses = {
    /**
     * Done
     */
    201: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type RequestJobResponse = RequestJobResponses[keyof RequestJobResponses];

export type StartJobData = {
    body: {
        preflight: {
            vcs: 'GIT' | 'NONE';
            head_commit: string | null;
            dirty_paths: Array<string>;
            choice: 'CLEAN' | 'SAFE_MODE';
        };
        fast_track?: boolean;
        pre_authorised?: Array<'L2' | 'L3'>;
        /**
         * How the tests are made: ASSERTION takes the project’s own; left out: as the code lets them be made
         */
        test_mode?: 'ASSERTION' | 'CHARACTERISATION' | 'BLACK_BOX';
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/start';
};

export type StartJobErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type StartJobError = StartJobErrors[keyof StartJobErrors];

export type StartJobResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type StartJobResponse = StartJobResponses[keyof StartJobResponses];

export type SelectProposalData = {
    body: {
        proposal_id: string;
        /**
         * Conditions of the proposal that the person takes; it cannot be chosen without each of them
         */
        accepted_conditions?: Array<'STRICT_MODE'>;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/proposals/select';
};

export type SelectProposalErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SelectProposalError = SelectProposalErrors[keyof SelectProposalErrors];

export type SelectProposalResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type SelectProposalResponse = SelectProposalResponses[keyof SelectProposalResponses];

export type ConvertSpecTextData = {
    body: {
        text: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/spec/nl-convert';
};

export type ConvertSpecTextErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ConvertSpecTextError = ConvertSpecTextErrors[keyof ConvertSpecTextErrors];

export type ConvertSpecTextResponses = {
    /**
     * Done
     */
    200: {
        /**
         * Of the revision that this is a preview to
         */
        revision_token: string;
        /**
         * Of that revision
         */
        spec_hash: string;
        added: {
            bdd: Array<{
                id: string;
                given: string;
                when: string;
                then: string;
            }>;
            sdd: Array<{
                id: string;
                topic: 'STRUCTURE' | 'TYPES' | 'DEPENDENCIES';
                statement: string;
            }>;
        };
        /**
         * With what is added: what PATCH would take
         */
        specification: {
            bdd: Array<{
                id: string;
                given: string;
                when: string;
                then: string;
            }>;
            sdd: Array<{
                id: string;
                topic: 'STRUCTURE' | 'TYPES' | 'DEPENDENCIES';
                statement: string;
            }>;
        };
        /**
         * Sentences that only a model could convert
         */
        unconverted: Array<string>;
    };
};

export type ConvertSpecTextResponse = ConvertSpecTextResponses[keyof ConvertSpecTextResponses];

export type GetSpecData = {
    body?: never;
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/spec';
};

export type GetSpecErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetSpecError = GetSpecErrors[keyof GetSpecErrors];

export type GetSpecResponses = {
    /**
     * Done
     */
    200: {
        revision: number;
        revision_token: string;
        spec_hash: string;
        specification: {
            bdd: Array<{
                id: string;
                given: string;
                when: string;
                then: string;
            }>;
            sdd: Array<{
                id: string;
                topic: string;
                statement: string;
            }>;
        };
        approved: boolean;
    };
};

export type GetSpecResponse = GetSpecResponses[keyof GetSpecResponses];

export type ReviseSpecData = {
    body: {
        revision_token: string;
        specification: {
            bdd: Array<{
                id: string;
                given: string;
                when: string;
                then: string;
            }>;
            sdd: Array<{
                id: string;
                topic: 'STRUCTURE' | 'TYPES' | 'DEPENDENCIES';
                statement: string;
            }>;
        };
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/spec';
};

export type ReviseSpecErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ReviseSpecError = ReviseSpecErrors[keyof ReviseSpecErrors];

export type ReviseSpecResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
        revision_token: string;
        spec_hash: string;
    };
};

export type ReviseSpecResponse = ReviseSpecResponses[keyof ReviseSpecResponses];

export type ApproveSpecData = {
    body: {
        revision_token: string;
        spec_hash: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/spec/approve';
};

export type ApproveSpecErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ApproveSpecError = ApproveSpecErrors[keyof ApproveSpecErrors];

export type ApproveSpecResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type ApproveSpecResponse = ApproveSpecResponses[keyof ApproveSpecResponses];

export type ReopenSpecData = {
    body: {
        reason: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/spec/reopen';
};

export type ReopenSpecErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ReopenSpecError = ReopenSpecErrors[keyof ReopenSpecErrors];

export type ReopenSpecResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type ReopenSpecResponse = ReopenSpecResponses[keyof ReopenSpecResponses];

export type OverrideBaselineData = {
    body: {
        quarantined?: Array<string>;
        mocks?: Array<string>;
        why: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/baseline/override';
};

export type OverrideBaselineErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type OverrideBaselineError = OverrideBaselineErrors[keyof OverrideBaselineErrors];

export type OverrideBaselineResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type OverrideBaselineResponse = OverrideBaselineResponses[keyof OverrideBaselineResponses];

export type DecideTimeoutData = {
    body: {
        choice: 'increase_timeout' | 'quarantine' | 'continue';
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/timeout/decide';
};

export type DecideTimeoutErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type DecideTimeoutError = DecideTimeoutErrors[keyof DecideTimeoutErrors];

export type DecideTimeoutResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type DecideTimeoutResponse = DecideTimeoutResponses[keyof DecideTimeoutResponses];

export type ConfirmEscalationData = {
    body: {
        [key: string]: never;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/escalation/confirm';
};

export type ConfirmEscalationErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ConfirmEscalationError = ConfirmEscalationErrors[keyof ConfirmEscalationErrors];

export type ConfirmEscalationResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type ConfirmEscalationResponse = ConfirmEscalationResponses[keyof ConfirmEscalationResponses];

export type DeclineEscalationData = {
    body: {
        [key: string]: never;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/escalation/decline';
};

export type DeclineEscalationErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type DeclineEscalationError = DeclineEscalationErrors[keyof DeclineEscalationErrors];

export type DeclineEscalationResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type DeclineEscalationResponse = DeclineEscalationResponses[keyof DeclineEscalationResponses];

export type ConfirmDeepFixData = {
    body: {
        model_class?: 'L1' | 'L2' | 'L3';
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/intervention/deep-fix';
};

export type ConfirmDeepFixErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ConfirmDeepFixError = ConfirmDeepFixErrors[keyof ConfirmDeepFixErrors];

export type ConfirmDeepFixResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type ConfirmDeepFixResponse = ConfirmDeepFixResponses[keyof ConfirmDeepFixResponses];

export type OpenInterventionData = {
    body: {
        [key: string]: never;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/intervention/command';
};

export type OpenInterventionErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type OpenInterventionError = OpenInterventionErrors[keyof OpenInterventionErrors];

export type OpenInterventionResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type OpenInterventionResponse = OpenInterventionResponses[keyof OpenInterventionResponses];

export type ContinueRepairData = {
    body: {
        [key: string]: never;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/intervention/continue';
};

export type ContinueRepairErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ContinueRepairError = ContinueRepairErrors[keyof ContinueRepairErrors];

export type ContinueRepairResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type ContinueRepairResponse = ContinueRepairResponses[keyof ContinueRepairResponses];

export type RetryStrongerData = {
    body: {
        model_class?: 'L1' | 'L2' | 'L3';
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/retry-stronger';
};

export type RetryStrongerErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RetryStrongerError = RetryStrongerErrors[keyof RetryStrongerErrors];

export type RetryStrongerResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type RetryStrongerResponse = RetryStrongerResponses[keyof RetryStrongerResponses];

export type AbandonJobData = {
    body: {
        [key: string]: never;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/abandon';
};

export type AbandonJobErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type AbandonJobError = AbandonJobErrors[keyof AbandonJobErrors];

export type AbandonJobResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type AbandonJobResponse = AbandonJobResponses[keyof AbandonJobResponses];

export type CancelJobData = {
    body: {
        /**
         * Conditions of the proposals that the person does not take, and ends the job for
         */
        declined_conditions?: Array<'STRICT_MODE'>;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}';
};

export type CancelJobErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type CancelJobError = CancelJobErrors[keyof CancelJobErrors];

export type CancelJobResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type CancelJobResponse = CancelJobResponses[keyof CancelJobResponses];

export type GetJobData = {
    body?: never;
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}';
};

export type GetJobErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetJobError = GetJobErrors[keyof GetJobErrors];

export type GetJobResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        owner_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
        title: string;
        goal: string;
        goal_text: string;
        mode: 'SIMPLE' | 'PROFESSIONAL' | 'ENTERPRISE';
        targets: Array<string>;
        tier: 'FREE' | 'PLUS' | 'PRO' | 'MAX' | 'ENTERPRISE' | null;
        strategy: 'CONSERVATIVE' | 'STANDARD' | 'COMPREHENSIVE' | null;
        failure_class: string | null;
        /**
         * Why the job was refused, or a stage failed
         */
        reasons: Array<{
            code: string;
            path: string | null;
            line: number | null;
            reason: string;
        }>;
        attempts: number;
        /**
         * Of the newest attempt
         */
        model_class: 'L0' | 'L1' | 'L2' | 'L3' | null;
        model_calls: number;
        tokens: number;
        executions: Array<{
            execution_id: string;
            kind: 'BASELINE' | 'TEST' | 'APPLY' | 'REVERT';
            attempt: number;
            requested_at: string;
            claimant: string | null;
        }>;
        heartbeat_status: 'ALIVE' | 'GRACE' | 'PARKED';
        grace_deadline_at: string | null;
        /**
         * When an escalation or intervention is due
         */
        decision_deadline_at: string | null;
        /**
         * What the job asks while it waits for an escalation
         */
        escalation: {
            /**
             * BUDGET: the next step could cost more than the job may spend
             */
            reason: 'PHASE' | 'BUDGET';
            to_class: 'L0' | 'L1' | 'L2' | 'L3';
        } | null;
        /**
         * The tests ran out of time, and the job asks how to go on
         */
        timed_out: {
            timeout_seconds: number;
            /**
             * Labels of tests that can be set aside
             */
            tests: Array<string>;
        } | null;
        artifact_expires_at: string | null;
        /**
         * An operator halted spending: the job waits, and goes on by itself later
         */
        halted: boolean;
        spend: {
            model_calls: number;
            tokens: number;
            /**
             * Charged, 0 until the job has ended; 1 credit is 1,000,000 micro-credits
             */
            micro_credits: number;
        };
        delivery_phase: 'OFFERED' | 'ACCEPTED' | 'APPLIED' | 'REVERTED' | null;
        requested_at: string;
        started_at: string | null;
        finished_at: string | null;
        updated_at: string;
        [key: string]: unknown;
    };
};

export type GetJobResponse = GetJobResponses[keyof GetJobResponses];

export type ForceTerminateData = {
    body: {
        [key: string]: never;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/force-terminate';
};

export type ForceTerminateErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ForceTerminateError = ForceTerminateErrors[keyof ForceTerminateErrors];

export type ForceTerminateResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type ForceTerminateResponse = ForceTerminateResponses[keyof ForceTerminateResponses];

export type AcceptDeliveryData = {
    body: {
        selection: 'ALL' | {
            files: Array<string>;
            hunks: Array<string>;
            symbols?: Array<string>;
        };
        /**
         * The number that the delivery tells as `to_acknowledge`, where it is not 0
         */
        acknowledged_uncovered?: number;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/delivery/accept';
};

export type AcceptDeliveryErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type AcceptDeliveryError = AcceptDeliveryErrors[keyof AcceptDeliveryErrors];

export type AcceptDeliveryResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type AcceptDeliveryResponse = AcceptDeliveryResponses[keyof AcceptDeliveryResponses];

export type ApplyDeliveryData = {
    body: {
        /**
         * Apply a part of the delivery without testing it on its own
         */
        waive_retest?: boolean;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/delivery/apply';
};

export type ApplyDeliveryErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ApplyDeliveryError = ApplyDeliveryErrors[keyof ApplyDeliveryErrors];

export type ApplyDeliveryResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type ApplyDeliveryResponse = ApplyDeliveryResponses[keyof ApplyDeliveryResponses];

export type RevertDeliveryData = {
    body: {
        [key: string]: never;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/delivery/revert';
};

export type RevertDeliveryErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RevertDeliveryError = RevertDeliveryErrors[keyof RevertDeliveryErrors];

export type RevertDeliveryResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type RevertDeliveryResponse = RevertDeliveryResponses[keyof RevertDeliveryResponses];

export type SendHeartbeatData = {
    body: {
        [key: string]: never;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/heartbeat';
};

export type SendHeartbeatErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type SendHeartbeatError = SendHeartbeatErrors[keyof SendHeartbeatErrors];

export type SendHeartbeatResponses = {
    /**
     * Done
     */
    200: {
        heartbeat_status: 'ALIVE' | 'GRACE' | 'PARKED';
        grace_deadline_at: string | null;
    };
};

export type SendHeartbeatResponse = SendHeartbeatResponses[keyof SendHeartbeatResponses];

export type ClaimExecutionData = {
    body: {
        claimant: string;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
        execution_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/executions/{execution_id}/claim';
};

export type ClaimExecutionErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ClaimExecutionError = ClaimExecutionErrors[keyof ClaimExecutionErrors];

export type ClaimExecutionResponses = {
    /**
     * Done
     */
    200: {
        lease_seconds: number;
        execution: {
            execution_id: string;
            kind: 'BASELINE' | 'TEST' | 'APPLY' | 'REVERT';
            attempt: number;
            artifacts: Array<{
                artifact_id: string;
                kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
                sha256: string;
                size: number;
                expires_at: string;
            }>;
            selection: 'ALL' | {
                files: Array<string>;
                hunks: Array<string>;
                symbols?: Array<string>;
            } | null;
            locked_hashes: {
                [key: string]: string | null;
            };
            /**
             * From the claim to the report
             */
            timeout_seconds: number;
            /**
             * Labels of tests that the person set aside
             */
            quarantined: Array<string>;
            /**
             * Whether a part of the delivery is tested before it is applied
             */
            retest: 'REQUIRED' | 'WAIVED' | null;
        };
        task_token: string;
    };
};

export type ClaimExecutionResponse = ClaimExecutionResponses[keyof ClaimExecutionResponses];

export type WriteLogLinesData = {
    body: {
        lines: Array<string>;
        percent?: number;
    };
    headers: {
        'idempotency-key'?: string;
        'x-task-token': string;
    };
    path: {
        job_id: string;
        execution_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/executions/{execution_id}/progress';
};

export type WriteLogLinesErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type WriteLogLinesError = WriteLogLinesErrors[keyof WriteLogLinesErrors];

export type WriteLogLinesResponses = {
    /**
     * No content
     */
    204: void;
};

export type WriteLogLinesResponse = WriteLogLinesResponses[keyof WriteLogLinesResponses];

export type ReportExecutionData = {
    body: {
        execution_id: string;
        outcome: {
            kind: 'BASELINE';
            status: 'PASSED';
            report: {
                artifact_id: string;
                kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
                sha256: string;
                size: number;
                expires_at: string;
            };
            recorded: number;
            kept: number;
            quarantined: Array<{
                name: string;
                why: string;
            }>;
            runs: number;
            coverage: {
                branches: {
                    covered: number;
                    total: number;
                };
                functions: {
                    covered: number;
                    total: number;
                };
                lines: {
                    covered: number;
                    total: number;
                };
            };
            locked_hashes: {
                [key: string]: string | null;
            };
        } | {
            kind: 'BASELINE';
            status: 'FAILED';
            report: {
                artifact_id: string;
                kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
                sha256: string;
                size: number;
                expires_at: string;
            } | null;
            reason: string;
            failure_class?: 'LOGIC_FAILURE' | 'TIMEOUT_EXECUTION';
            failing_tests: Array<string>;
            /**
             * Tests that were recorded all the same, in a BASELINE_REPORT; an override keeps them
             */
            locked_hashes?: {
                [key: string]: string | null;
            };
        } | {
            kind: 'TEST';
            status: 'PASSED';
            report: {
                artifact_id: string;
                kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
                sha256: string;
                size: number;
                expires_at: string;
            };
            delivery: {
                artifact_id: string;
                kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
                sha256: string;
                size: number;
                expires_at: string;
            };
            counts: {
                total: number;
                passed: number;
                failed: number;
                timed_out: number;
                skipped: number;
            };
            strict_errors: number;
            test_hashes: {
                [key: string]: string | null;
            };
        } | {
            kind: 'TEST';
            status: 'FAILED';
            report: {
                artifact_id: string;
                kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
                sha256: string;
                size: number;
                expires_at: string;
            };
            counts: {
                total: number;
                passed: number;
                failed: number;
                timed_out: number;
                skipped: number;
            };
            failure_class: 'LOGIC_FAILURE' | 'TIMEOUT_EXECUTION';
            fingerprint: string;
            /**
             * Labels of the tests that ran out of time and could be set aside
             */
            timed_out_tests?: Array<string>;
            test_hashes: {
                [key: string]: string | null;
            };
        } | {
            kind: 'TEST';
            status: 'REJECTED';
            code: 'APPLY_FAILED' | 'TESTS_WEAKENED';
            reason: string;
            /**
             * TEST_REPORT whose `edits` say how each edit fared
             */
            report?: {
                artifact_id: string;
                kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
                sha256: string;
                size: number;
                expires_at: string;
            } | null;
        } | {
            kind: 'APPLY';
            status: 'APPLIED';
            files: Array<{
                path: string;
                before: string | null;
                after: string | null;
            }>;
            /**
             * Tests of the part on its own, where they ran
             */
            retest?: {
                total: number;
                passed: number;
                failed: number;
                timed_out: number;
                skipped: number;
            } | null;
        } | {
            kind: 'APPLY';
            status: 'FAILED';
            code: 'BASE_CONFLICT' | 'APPLY_FAILED' | 'RETEST_FAILED';
            files: Array<string>;
            reason: string;
        } | {
            kind: 'REVERT';
            status: 'REVERTED';
            files: Array<string>;
        } | {
            kind: 'REVERT';
            status: 'BLOCKED';
            code: 'BASE_CONFLICT' | 'POST_COMMIT_REVERT_BLOCKED';
            files: Array<string>;
            reason: string;
        };
    };
    headers: {
        'idempotency-key'?: string;
        'x-task-token': string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/sandbox/report';
};

export type ReportExecutionErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ReportExecutionError = ReportExecutionErrors[keyof ReportExecutionErrors];

export type ReportExecutionResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type ReportExecutionResponse = ReportExecutionResponses[keyof ReportExecutionResponses];

export type AttachContextData = {
    body: {
        context: {
            schema: 'iama.context/1';
            files: Array<{
                path: string;
                text: string;
            }>;
            targets: Array<string>;
            dependencies: Array<{
                path: string;
                text: string;
            }>;
        };
        /**
         * Sources that were sent before, for this job or an earlier one of the same person
         */
        parts?: Array<{
            job_id: string;
            artifact_id: string;
        }>;
        base_hashes: {
            [key: string]: string | null;
        };
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/context';
};

export type AttachContextErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type AttachContextError = AttachContextErrors[keyof AttachContextErrors];

export type AttachContextResponses = {
    /**
     * Done
     */
    200: {
        artifact: {
            artifact_id: string;
            kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
            sha256: string;
            size: number;
            expires_at: string;
        };
    };
};

export type AttachContextResponse = AttachContextResponses[keyof AttachContextResponses];

export type RunInterventionTestsData = {
    body: {
        patch: {
            schema: 'iama.patch/1';
            edits: Array<{
                op: 'SEARCH_REPLACE';
                path: string;
                baseSha256: string;
                search: string;
                replace: string;
                symbol?: string;
            } | {
                op: 'SYMBOL_REPLACE';
                path: string;
                baseSha256: string;
                symbol: string;
                replace: string;
            } | {
                op: 'WRITE_FILE';
                path: string;
                baseSha256: string | null;
                content: string;
            } | {
                op: 'RENAME_FILE';
                path: string;
                baseSha256: string;
                to: string;
                content: string;
            } | {
                op: 'DELETE_FILE';
                path: string;
                baseSha256: string;
            }>;
        };
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/intervention/run-tests';
};

export type RunInterventionTestsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RunInterventionTestsError = RunInterventionTestsErrors[keyof RunInterventionTestsErrors];

export type RunInterventionTestsResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        status: 'PENDING' | 'ANALYZING' | 'GENERATING_ANALYSIS_REPORT' | 'WAITING_STRATEGY' | 'WAITING_SPEC_APPROVAL' | 'GENERATING_TESTS' | 'BASELINE_VALIDATION' | 'BASELINE_VALIDATION_FAILED' | 'REFACTORING' | 'WAITING_ESCALATION_DECISION' | 'WAITING_INTERVENTION' | 'DEEP_FIX_ACTIVE' | 'USER_INTERVENING' | 'RECOVERY_PENDING' | 'FALLBACK_REQUIRED' | 'DELIVERED' | 'FAILED';
    };
};

export type RunInterventionTestsResponse = RunInterventionTestsResponses[keyof RunInterventionTestsResponses];

export type UploadContextPartData = {
    body: {
        files: Array<{
            path: string;
            text: string;
        }>;
        dependencies: Array<{
            path: string;
            text: string;
        }>;
    };
    headers?: {
        'idempotency-key'?: string;
    };
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/context/parts';
};

export type UploadContextPartErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type UploadContextPartError = UploadContextPartErrors[keyof UploadContextPartErrors];

export type UploadContextPartResponses = {
    /**
     * Done
     */
    200: {
        artifact: {
            artifact_id: string;
            kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
            sha256: string;
            size: number;
            expires_at: string;
        };
    };
};

export type UploadContextPartResponse = UploadContextPartResponses[keyof UploadContextPartResponses];

export type UploadArtifactData = {
    body: unknown;
    headers: {
        'idempotency-key'?: string;
        'x-task-token': string;
    };
    path: {
        job_id: string;
        execution_id: string;
    };
    query: {
        kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
    };
    url: '/api/v1/jobs/{job_id}/executions/{execution_id}/artifacts';
};

export type UploadArtifactErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type UploadArtifactError = UploadArtifactErrors[keyof UploadArtifactErrors];

export type UploadArtifactResponses = {
    /**
     * Done
     */
    200: {
        artifact: {
            artifact_id: string;
            kind: 'CONTEXT' | 'ANALYSIS' | 'TEST_PLAN' | 'BASELINE_REPORT' | 'PATCH' | 'TEST_REPORT' | 'PARTIAL_PATCH' | 'DELIVERY';
            sha256: string;
            size: number;
            expires_at: string;
        };
    };
};

export type UploadArtifactResponse = UploadArtifactResponses[keyof UploadArtifactResponses];

export type GetMeData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/auth/me';
};

export type GetMeErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetMeError = GetMeErrors[keyof GetMeErrors];

export type GetMeResponses = {
    /**
     * Done
     */
    200: {
        user_id: string;
        email: string | null;
        consent_given_at: string | null;
        email_verified_at: string | null;
    };
};

export type GetMeResponse = GetMeResponses[keyof GetMeResponses];

export type ListProviderAccountsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/auth/oauth/accounts';
};

export type ListProviderAccountsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListProviderAccountsError = ListProviderAccountsErrors[keyof ListProviderAccountsErrors];

export type ListProviderAccountsResponses = {
    /**
     * Done
     */
    200: {
        accounts: Array<{
            provider: 'github' | 'google';
            linked_at: string;
        }>;
    };
};

export type ListProviderAccountsResponse = ListProviderAccountsResponses[keyof ListProviderAccountsResponses];

export type GetSubscriptionData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/subscription/me';
};

export type GetSubscriptionErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetSubscriptionError = GetSubscriptionErrors[keyof GetSubscriptionErrors];

export type GetSubscriptionResponses = {
    /**
     * Done
     */
    200: {
        tier: 'FREE' | 'PLUS' | 'PRO' | 'MAX' | 'ENTERPRISE';
        model_classes: Array<'L0' | 'L1' | 'L2' | 'L3'>;
        context_cap_tokens: number;
        jobs_per_day: number;
        jobs_today: number;
        /**
         * Whole credits; 0: recipes only
         */
        monthly_credits: number;
        /**
         * When the next monthly credits come; null: none do
         */
        renews_at: string | null;
        fast_track: boolean;
        deep_fix: boolean;
        upgrade_to: 'FREE' | 'PLUS' | 'PRO' | 'MAX' | 'ENTERPRISE' | null;
    };
};

export type GetSubscriptionResponse = GetSubscriptionResponses[keyof GetSubscriptionResponses];

export type GetPlanData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/billing/plan';
};

export type GetPlanErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetPlanError = GetPlanErrors[keyof GetPlanErrors];

export type GetPlanResponses = {
    /**
     * Done
     */
    200: {
        /**
         * null: nothing was ever bought
         */
        tier: 'FREE' | 'PLUS' | 'PRO' | 'MAX' | 'ENTERPRISE' | null;
        /**
         * PAST_DUE: a payment failed and is tried again
         */
        status: 'ACTIVE' | 'PAST_DUE' | 'ENDED' | null;
        cycle_ends_at: string | null;
        cancels_at_cycle_end: boolean;
        /**
         * What the tier comes to by itself, the next first, while the payment provider tells nothing else: a plan that was agreed for later, and FREE where the plan was cancelled or a payment stays out
         */
        then: Array<{
            tier: 'FREE' | 'PLUS' | 'PRO' | 'MAX' | 'ENTERPRISE';
            at: string;
        }>;
    };
};

export type GetPlanResponse = GetPlanResponses[keyof GetPlanResponses];

export type GetUsageReportData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/billing/usage-report';
};

export type GetUsageReportErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetUsageReportError = GetUsageReportErrors[keyof GetUsageReportErrors];

export type GetUsageReportResponses = {
    /**
     * Done
     */
    200: {
        tier: 'FREE' | 'PLUS' | 'PRO' | 'MAX' | 'ENTERPRISE';
        /**
         * null: nothing was paid for it yet
         */
        period_ends_at: string | null;
        /**
         * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
         */
        granted: number;
        /**
         * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
         */
        used: number;
        /**
         * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
         */
        overage: number;
        /**
         * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
         */
        held: number;
        available: {
            /**
             * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
             */
            plan: number;
            /**
             * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
             */
            bought: number;
            /**
             * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
             */
            given: number;
        };
        /**
         * Whole credits for `/billing/checkout`; 0: none are needed, null: the tier cannot use any
         */
        add_on_credits: number | null;
    };
};

export type GetUsageReportResponse = GetUsageReportResponses[keyof GetUsageReportResponses];

export type GetUsageSummaryData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * true: the credits too
         */
        raw?: 'true' | 'false';
    };
    url: '/api/v1/usage/summary';
};

export type GetUsageSummaryErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetUsageSummaryError = GetUsageSummaryErrors[keyof GetUsageSummaryErrors];

export type GetUsageSummaryResponses = {
    /**
     * Done
     */
    200: {
        tier: 'FREE' | 'PLUS' | 'PRO' | 'MAX' | 'ENTERPRISE';
        basis: 'CREDITS_OF_MONTH' | 'JOBS_OF_DAY';
        /**
         * Of the basis, rounded down; above 100 where credits were bought
         */
        percent_used: number;
        /**
         * 20 cells
         */
        bar: string;
        typical_refactors_left: number;
        /**
         * Thresholds of this month’s credits that were crossed, in percent
         */
        alerts: Array<number>;
        /**
         * Of this month; `available` counts bought credits too. With raw=true only
         */
        credits?: {
            /**
             * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
             */
            granted: number;
            /**
             * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
             */
            used: number;
            /**
             * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
             */
            held: number;
            /**
             * Micro-credits; 1 credit is 1,000,000 of them and US$0.01
             */
            available: number;
        };
    };
};

export type GetUsageSummaryResponse = GetUsageSummaryResponses[keyof GetUsageSummaryResponses];

export type GetJobUsageData = {
    body?: never;
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/usage/job/{job_id}';
};

export type GetJobUsageErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetJobUsageError = GetJobUsageErrors[keyof GetJobUsageErrors];

export type GetJobUsageResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        total_micro_credits: number;
        /**
         * Micro-credits: what is set aside, and what was charged at the end
         */
        settlement: {
            /**
             * NONE: nothing was ever held for it
             */
            status: 'NONE' | 'HELD' | 'SETTLED';
            held: number;
            charged: number;
            /**
             * Of what was charged, given back
             */
            corrected: number;
            corrections: Array<{
                correction_id: string;
                micro_credits: number;
                reason: string;
                at: string;
            }>;
        };
        /**
         * Micro-credits; only calls that have a price count
         */
        budget: {
            /**
             * Set by the person; null: none
             */
            cap: number | null;
            /**
             * What is held, or the cap where it is lower
             */
            limit: number;
            /**
             * What stands in the place of the hold on a tier that draws no credits, and cannot be raised; null: the job holds credits
             */
            most: number | null;
            spent: number;
            /**
             * The most that calls under way can cost
             */
            reserved: number;
            /**
             * By how much the limit has to rise for the call that was not made
             */
            missing: number;
            /**
             * Percent of the limit
             */
            warned: Array<number>;
        };
        entries: Array<{
            entry_key: string;
            user_id: string;
            job_id: string;
            model_class: 'L0' | 'L1' | 'L2' | 'L3';
            attempt: number;
            ordinal: number;
            stage: string;
            gateway: string;
            model: string;
            price_version: string;
            input_tokens: number;
            cached_tokens: number;
            output_tokens: number;
            micro_credits: number;
            billable: boolean;
            /**
             * Why it is not charged, or SUCCESS
             */
            failure_class: string | null;
            booked_at: string;
            /**
             * The event that recorded it
             */
            event_id: string;
            /**
             * The event that took its charge back
             */
            waived_by: string | null;
        }>;
    };
};

export type GetJobUsageResponse = GetJobUsageResponses[keyof GetJobUsageResponses];

export type GetJobProofData = {
    body?: never;
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/usage/job/{job_id}/proof';
};

export type GetJobProofErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetJobProofError = GetJobProofErrors[keyof GetJobProofErrors];

export type GetJobProofResponses = {
    /**
     * Done
     */
    200: {
        job_id: string;
        /**
         * In order of position
         */
        event_ids: Array<string>;
        /**
         * The whole answer is a file for `iama audit check-proof`
         */
        schema: string;
        head: {
            origin: string;
            tree_size: number;
            /**
             * Hex
             */
            root_hash: string;
            signed_at: string;
            key_id: string;
            /**
             * Ed25519, base64
             */
            signature: string;
        };
        proofs: Array<{
            position: number;
            leaf_hash: string;
            /**
             * Hashes in hex, from the leaf to the root
             */
            path: Array<string>;
            /**
             * The text that was hashed; the event is in it
             */
            entry: string;
        }>;
    };
};

export type GetJobProofResponse = GetJobProofResponses[keyof GetJobProofResponses];

export type ListPeriodsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/admin/finance/periods';
};

export type ListPeriodsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListPeriodsError = ListPeriodsErrors[keyof ListPeriodsErrors];

export type ListPeriodsResponses = {
    /**
     * Done
     */
    200: {
        versions: Array<{
            period: string;
            version: number;
            reason: string | null;
            at: string;
        }>;
        exports: Array<{
            period: string;
            version: number;
            format: 'csv' | 'jsonl' | 'parquet';
            rows: number;
            manifest_sha256: string;
            at: string;
        }>;
    };
};

export type ListPeriodsResponse = ListPeriodsResponses[keyof ListPeriodsResponses];

export type ReconcilePeriodData = {
    body?: never;
    path: {
        period: string;
    };
    query?: never;
    url: '/api/v1/admin/finance/periods/{period}/reconciliation';
};

export type ReconcilePeriodErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ReconcilePeriodError = ReconcilePeriodErrors[keyof ReconcilePeriodErrors];

export type ReconcilePeriodResponses = {
    /**
     * Done
     */
    200: {
        period: string;
        jobs: number;
        /**
         * Lots of credits
         */
        sales: number;
        /**
         * Of money of people
         */
        movements: number;
        payouts: number;
        invoices: number;
        matched: number;
        /**
         * 0: the month reconciles
         */
        unexplained: number;
        /**
         * Lines that wait to be booked
         */
        pending: number;
        /**
         * When the last of them is due
         */
        pending_until: string | null;
        /**
         * Payments, refunds and disputes whose fee was not held against an agreement: `payment_fees` has none for them
         */
        fees_unchecked: number;
        /**
         * Of the account at the payment provider and of payouts, which no agreement covers
         */
        account_fees: Array<{
            unit: string;
            amount: number;
        }>;
        variances: Array<{
            unit: string;
            over: number;
            under: number;
        }>;
        lines: Array<{
            job_id: string | null;
            user_id: string | null;
            /**
             * A lot, or an object of the payment provider
             */
            reference: string | null;
            unit: string;
            expected: number;
            booked: number;
            variance: number;
            reason: string;
            /**
             * Of PENDING: until then it waits to be booked
             */
            due_at: string | null;
        }>;
        lines_left_out: number;
    };
};

export type ReconcilePeriodResponse = ReconcilePeriodResponses[keyof ReconcilePeriodResponses];

export type GetFinanceExportData = {
    body?: never;
    path: {
        export_id: string;
    };
    query?: never;
    url: '/api/v1/admin/finance/exports/{export_id}';
};

export type GetFinanceExportErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetFinanceExportError = GetFinanceExportErrors[keyof GetFinanceExportErrors];

export type GetFinanceExportResponses = {
    /**
     * Done
     */
    200: {
        export_id: string;
        period: string;
        format: 'csv' | 'jsonl' | 'parquet';
        /**
         * null: not known yet
         */
        version: number | null;
        status: 'WRITING' | 'COMPLETED' | 'FAILED';
        /**
         * Written so far
         */
        rows: number;
        manifest_sha256: string | null;
        /**
         * Below the data folder; null: nothing is there yet
         */
        folder: string | null;
        failure: {
            code: string;
            detail: string;
        } | null;
        requested_by: string;
        requested_at: string;
        ended_at: string | null;
    };
};

export type GetFinanceExportResponse = GetFinanceExportResponses[keyof GetFinanceExportResponses];

export type DownloadFinanceExportData = {
    body?: never;
    path: {
        export_id: string;
        name: string;
    };
    query?: never;
    url: '/api/v1/admin/finance/exports/{export_id}/files/{name}';
};

export type DownloadFinanceExportErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type DownloadFinanceExportError = DownloadFinanceExportErrors[keyof DownloadFinanceExportErrors];

export type DownloadFinanceExportResponses = {
    /**
     * Done
     */
    200: Blob | File;
};

export type DownloadFinanceExportResponse = DownloadFinanceExportResponses[keyof DownloadFinanceExportResponses];

export type GetJobEventsData = {
    body?: never;
    path: {
        job_id: string;
    };
    query?: {
        after?: string;
        limit?: number;
    };
    url: '/api/v1/jobs/{job_id}/events';
};

export type GetJobEventsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetJobEventsError = GetJobEventsErrors[keyof GetJobEventsErrors];

export type GetJobEventsResponses = {
    /**
     * Done
     */
    200: {
        events: Array<{
            version: number;
            /**
             * null: not sequenced yet
             */
            position: number | null;
            type: string;
            recorded_at: string;
            actor: {
                type: string;
                id: string;
            };
            event_id: string;
            command_id: string;
            correlation_id: string;
            causation_id: string;
            data: unknown;
        }>;
        next_after: number;
    };
};

export type GetJobEventsResponse = GetJobEventsResponses[keyof GetJobEventsResponses];

export type GetProposalsData = {
    body?: never;
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/proposals';
};

export type GetProposalsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetProposalsError = GetProposalsErrors[keyof GetProposalsErrors];

export type GetProposalsResponses = {
    /**
     * Done
     */
    200: {
        proposals: Array<{
            proposal_id: string;
            strategy: 'CONSERVATIVE' | 'STANDARD' | 'COMPREHENSIVE';
            title: string;
            simple: string;
            professional: string;
            files_touched: Array<string>;
            /**
             * Files touched beyond those named
             */
            omitted?: number;
            risk: number;
            breaking_surface: Array<string>;
            dependency_compatibility: Array<string>;
            complexity: {
                files: number;
                lines: number;
                functions: number;
                branches: number;
            };
            /**
             * Micro-credits
             */
            credits: {
                estimate: number;
                low: number;
                high: number;
            };
            /**
             * What has to be accepted to choose it; its places stand in breaking_surface
             */
            conditions?: Array<'STRICT_MODE'>;
            [key: string]: unknown;
        }>;
        notes: Array<string>;
        selected: string | null;
    };
};

export type GetProposalsResponse = GetProposalsResponses[keyof GetProposalsResponses];

export type GetDeliveryData = {
    body?: never;
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/delivery';
};

export type GetDeliveryErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetDeliveryError = GetDeliveryErrors[keyof GetDeliveryErrors];

export type GetDeliveryResponses = {
    /**
     * Done
     */
    200: {
        artifact: {
            artifact_id: string;
            kind: 'DELIVERY';
            sha256: string;
            size: number;
            expires_at: string;
        };
        phase: 'OFFERED' | 'ACCEPTED' | 'APPLIED' | 'REVERTED';
        /**
         * Conditions of the proposal that the person accepted: differences that the tests need not show
         */
        accepted_conditions: Array<'STRICT_MODE'>;
        /**
         * What was accepted
         */
        selection: 'ALL' | {
            files: Array<string>;
            hunks: Array<string>;
            symbols?: Array<string>;
        } | null;
        files: Array<{
            path: string;
            to: string;
            status: 'ADDED' | 'DELETED' | 'MODIFIED' | 'RENAMED';
            before_sha256: string | null;
            after_sha256: string | null;
            diff: string;
            hunks: Array<{
                hunk_id: string;
                old_start: number;
                old_lines: number;
                new_start: number;
                new_lines: number;
            }>;
            /**
             * Declarations that the change touches, where they are known
             */
            symbols: Array<{
                symbol_id: string;
                name: string;
            }>;
        }>;
        tests: {
            total: number;
            passed: number;
            failed: number;
            timed_out: number;
            skipped: number;
            strict_errors: number;
        };
        /**
         * null: none was recorded
         */
        baseline: {
            mode: string | null;
            recorded: number;
            kept: number;
            runs: number;
            quarantined: Array<{
                name: string;
                why: string;
            }>;
            coverage: {
                branches: {
                    covered: number;
                    total: number;
                };
                functions: {
                    covered: number;
                    total: number;
                };
                lines: {
                    covered: number;
                    total: number;
                };
            };
            /**
             * Branches and functions that no recorded run reached
             */
            uncovered: number;
            /**
             * What `accept` has to name as acknowledged; 0 where the tests are recorded calls of exports
             */
            to_acknowledge: number;
        } | null;
        /**
         * The baseline failed and the person went on; null: it passed
         */
        override: {
            by: string;
            at: string;
            why: string;
            quarantined: Array<string>;
            mocks: Array<string>;
            /**
             * How the tests were to be made
             */
            mode: string | null;
            /**
             * Why the baseline failed
             */
            reason: string;
            failing_tests: Array<string>;
            /**
             * What was recorded before the override
             */
            report_artifact_id: string | null;
            /**
             * Recorded test files that still guarded the work
             */
            locked_files: number;
            /**
             * Recorded tests that still had to pass
             */
            tests: number;
        } | null;
        spend: {
            model_calls: number;
            tokens: number;
            /**
             * Charged, 0 until the job has ended; 1 credit is 1,000,000 micro-credits
             */
            micro_credits: number;
        };
        [key: string]: unknown;
    };
};

export type GetDeliveryResponse = GetDeliveryResponses[keyof GetDeliveryResponses];

export type DownloadPatchData = {
    body?: never;
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/delivery/patch';
};

export type DownloadPatchErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type DownloadPatchError = DownloadPatchErrors[keyof DownloadPatchErrors];

export type DownloadPatchResponses = {
    /**
     * Done
     */
    200: Blob | File;
};

export type DownloadPatchResponse = DownloadPatchResponses[keyof DownloadPatchResponses];

export type DownloadArtifactData = {
    body?: never;
    path: {
        job_id: string;
        artifact_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/artifacts/{artifact_id}';
};

export type DownloadArtifactErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type DownloadArtifactError = DownloadArtifactErrors[keyof DownloadArtifactErrors];

export type DownloadArtifactResponses = {
    /**
     * Done
     */
    200: Blob | File;
};

export type DownloadArtifactResponse = DownloadArtifactResponses[keyof DownloadArtifactResponses];

export type GetTreeHeadData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/audit/head';
};

export type GetTreeHeadErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetTreeHeadError = GetTreeHeadErrors[keyof GetTreeHeadErrors];

export type GetTreeHeadResponses = {
    /**
     * Done
     */
    200: {
        origin: string;
        tree_size: number;
        /**
         * Hex
         */
        root_hash: string;
        signed_at: string;
        key_id: string;
        /**
         * Ed25519, base64
         */
        signature: string;
    };
};

export type GetTreeHeadResponse = GetTreeHeadResponses[keyof GetTreeHeadResponses];

export type ListTreeHeadsData = {
    body?: never;
    path?: never;
    query?: {
        limit?: number;
        below?: number;
    };
    url: '/api/v1/audit/heads';
};

export type ListTreeHeadsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListTreeHeadsError = ListTreeHeadsErrors[keyof ListTreeHeadsErrors];

export type ListTreeHeadsResponses = {
    /**
     * Done
     */
    200: {
        heads: Array<{
            origin: string;
            tree_size: number;
            /**
             * Hex
             */
            root_hash: string;
            signed_at: string;
            key_id: string;
            /**
             * Ed25519, base64
             */
            signature: string;
        }>;
    };
};

export type ListTreeHeadsResponse = ListTreeHeadsResponses[keyof ListTreeHeadsResponses];

export type GetTreeKeysData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/audit/keys';
};

export type GetTreeKeysErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetTreeKeysError = GetTreeKeysErrors[keyof GetTreeKeysErrors];

export type GetTreeKeysResponses = {
    /**
     * Done
     */
    200: {
        keys: Array<{
            key_id: string;
            /**
             * PEM
             */
            public_key: string;
        }>;
    };
};

export type GetTreeKeysResponse = GetTreeKeysResponses[keyof GetTreeKeysResponses];

export type GetInclusionProofData = {
    body?: never;
    path: {
        position: string;
    };
    query?: never;
    url: '/api/v1/audit/inclusion/{position}';
};

export type GetInclusionProofErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetInclusionProofError = GetInclusionProofErrors[keyof GetInclusionProofErrors];

export type GetInclusionProofResponses = {
    /**
     * Done
     */
    200: {
        schema: string;
        head: {
            origin: string;
            tree_size: number;
            /**
             * Hex
             */
            root_hash: string;
            signed_at: string;
            key_id: string;
            /**
             * Ed25519, base64
             */
            signature: string;
        };
        proofs: Array<{
            position: number;
            leaf_hash: string;
            /**
             * Hashes in hex, from the leaf to the root
             */
            path: Array<string>;
        }>;
    };
};

export type GetInclusionProofResponse = GetInclusionProofResponses[keyof GetInclusionProofResponses];

export type GetConsistencyProofData = {
    body?: never;
    path?: never;
    query: {
        from: number;
        to?: number;
    };
    url: '/api/v1/audit/consistency';
};

export type GetConsistencyProofErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetConsistencyProofError = GetConsistencyProofErrors[keyof GetConsistencyProofErrors];

export type GetConsistencyProofResponses = {
    /**
     * Done
     */
    200: {
        schema: string;
        from_size: number;
        head: {
            origin: string;
            tree_size: number;
            /**
             * Hex
             */
            root_hash: string;
            signed_at: string;
            key_id: string;
            /**
             * Ed25519, base64
             */
            signature: string;
        };
        /**
         * Hashes in hex, from the leaf to the root
         */
        path: Array<string>;
    };
};

export type GetConsistencyProofResponse = GetConsistencyProofResponses[keyof GetConsistencyProofResponses];

export type GetHealthData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/admin/health';
};

export type GetHealthErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetHealthError = GetHealthErrors[keyof GetHealthErrors];

export type GetHealthResponses = {
    /**
     * Done
     */
    200: {
        head: number;
        unnumbered: {
            events: number;
            oldest_seconds: number;
        };
        oldest_transaction_seconds: number;
        workers: number;
        subscriptions: Array<{
            subscription: string;
            partitions: number;
            unheld: number;
            lag: number;
            retrying: number;
            parked: number;
            deferred: number;
        }>;
        queues: Array<{
            task: string;
            waiting: number;
            due: number;
            running: number;
            failed: number;
        }>;
        commands_waiting: number;
        rejected_commands: number;
        halts: {
            everybody: boolean;
            people: number;
        };
        jobs: Array<{
            status: string;
            count: number;
        }>;
        /**
         * Calls of models that were answered within a day, by their route
         */
        model_calls: Array<{
            model_class: string;
            gateway: string;
            model: string;
            /**
             * Why it is not charged, SUCCESS, or UNDECIDED while work is under way
             */
            outcome: string;
            count: number;
        }>;
        /**
         * Routes to models that were asked within an hour: OPEN ones are not asked
         */
        breakers: Array<{
            gateway: string;
            model: string;
            state: 'CLOSED' | 'OPEN' | 'HALF_OPEN';
            /**
             * Calls in a row that nobody answered
             */
            failures: number;
            /**
             * Until the route is tried again; 0 unless it is open
             */
            wait_ms: number;
            /**
             * What an operator has to mend: GATEWAY_KEY_REJECTED, GATEWAY_ACCOUNT_UNPAID or GATEWAY_ROUTE_UNKNOWN; null: nothing
             */
            fault: string | null;
        }>;
        /**
         * Of the process that answers alone, since its start; `error_rate` is that of 5xx, from 0 to 1
         */
        process: {
            answers: number;
            server_errors: number;
            error_rate: number;
            sse_connections: number;
        };
    };
};

export type GetHealthResponse = GetHealthResponses[keyof GetHealthResponses];

export type GetOperatorData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/admin/auth/me';
};

export type GetOperatorErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetOperatorError = GetOperatorErrors[keyof GetOperatorErrors];

export type GetOperatorResponses = {
    /**
     * Done
     */
    200: {
        admin_id: string;
        email: string | null;
        role: 'SUPER_ADMIN' | 'ENGINEER' | 'SUPPORT';
        scopes: Array<'FINANCE'>;
    };
};

export type GetOperatorResponse = GetOperatorResponses[keyof GetOperatorResponses];

export type ListSettingsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/admin/config';
};

export type ListSettingsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListSettingsError = ListSettingsErrors[keyof ListSettingsErrors];

export type ListSettingsResponses = {
    /**
     * Done
     */
    200: {
        settings: Array<{
            key: string;
            value: unknown;
            default: unknown;
            about: string;
            /**
             * 0: never changed
             */
            revision: number;
            changed_by: string | null;
            changed_at: string | null;
        }>;
    };
};

export type ListSettingsResponse = ListSettingsResponses[keyof ListSettingsResponses];

export type AuditStreamData = {
    body?: never;
    path: {
        stream: string;
    };
    query?: {
        after?: string;
        limit?: number;
    };
    url: '/api/v1/admin/audit/streams/{stream}';
};

export type AuditStreamErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type AuditStreamError = AuditStreamErrors[keyof AuditStreamErrors];

export type AuditStreamResponses = {
    /**
     * Done
     */
    200: {
        steps: Array<{
            /**
             * null: not sequenced yet
             */
            position: number | null;
            stream: string;
            version: number;
            type: string;
            recorded_at: string;
            actor: {
                type: string;
                id: string;
            };
            event_id: string;
            command_id: string;
            correlation_id: string;
            causation_id: string;
            data: unknown;
            /**
             * In which it is stored; data is always as of today
             */
            schema_version: number;
            /**
             * The JSON text in the log where it is of another form than data
             */
            stored: string | null;
            /**
             * Of the stream after the event
             */
            state: unknown;
        }>;
        next_after: number | null;
    };
};

export type AuditStreamResponse = AuditStreamResponses[keyof AuditStreamResponses];

export type AuditWhatIfData = {
    body?: never;
    path: {
        stream: string;
    };
    query?: never;
    url: '/api/v1/admin/audit/streams/{stream}/what-if';
};

export type AuditWhatIfErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type AuditWhatIfError = AuditWhatIfErrors[keyof AuditWhatIfErrors];

export type AuditWhatIfResponses = {
    /**
     * Done
     */
    200: {
        stream: string;
        events: number;
        decisions: number;
        same: number;
        not_decidable: Array<{
            type: string;
            decisions: number;
            why: string;
        }>;
        assumed: Array<{
            what: string;
            decisions: number;
        }>;
        different: number;
        /**
         * The first 100
         */
        differences: Array<{
            version: number;
            position: number | null;
            recorded_at: string;
            kind: 'DECIDED_OTHERWISE' | 'REFUSED' | 'NOT_DECIDED' | 'NOT_FOLDED';
            /**
             * As its events tell of it; null: they do not
             */
            command: string | null;
            code: string | null;
            reason: string | null;
            recorded: Array<string>;
            decided: Array<string>;
            fields: Array<{
                field: string;
                /**
                 * JSON; null: the field is not there
                 */
                recorded: string | null;
                decided: string | null;
            }>;
            state: Array<{
                field: string;
                /**
                 * JSON; null: the field is not there
                 */
                recorded: string | null;
                decided: string | null;
            }>;
        }>;
    };
};

export type AuditWhatIfResponse = AuditWhatIfResponses[keyof AuditWhatIfResponses];

export type AuditMomentData = {
    body?: never;
    path: {
        stream: string;
    };
    query?: {
        position?: string;
        time?: string;
    };
    url: '/api/v1/admin/audit/streams/{stream}/at';
};

export type AuditMomentErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type AuditMomentError = AuditMomentErrors[keyof AuditMomentErrors];

export type AuditMomentResponses = {
    /**
     * Done
     */
    200: {
        /**
         * null: there was no event yet
         */
        step: {
            /**
             * null: not sequenced yet
             */
            position: number | null;
            stream: string;
            version: number;
            type: string;
            recorded_at: string;
            actor: {
                type: string;
                id: string;
            };
            event_id: string;
            command_id: string;
            correlation_id: string;
            causation_id: string;
            data: unknown;
            /**
             * In which it is stored; data is always as of today
             */
            schema_version: number;
            /**
             * The JSON text in the log where it is of another form than data
             */
            stored: string | null;
            /**
             * Of the stream after the event
             */
            state: unknown;
        } | null;
    };
};

export type AuditMomentResponse = AuditMomentResponses[keyof AuditMomentResponses];

export type AuditEventsData = {
    body?: never;
    path?: never;
    query?: {
        actor?: string;
        type?: string;
        correlation?: string;
        stream?: string;
        before?: string | null;
        limit?: number;
    };
    url: '/api/v1/admin/audit/events';
};

export type AuditEventsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type AuditEventsError = AuditEventsErrors[keyof AuditEventsErrors];

export type AuditEventsResponses = {
    /**
     * Done
     */
    200: {
        events: Array<{
            /**
             * null: not sequenced yet
             */
            position: number | null;
            stream: string;
            version: number;
            type: string;
            recorded_at: string;
            actor: {
                type: string;
                id: string;
            };
            event_id: string;
            command_id: string;
            correlation_id: string;
            causation_id: string;
            data: unknown;
            /**
             * In which it is stored; data is always as of today
             */
            schema_version: number;
            /**
             * The JSON text in the log where it is of another form than data
             */
            stored: string | null;
        }>;
        next_before: number | null;
    };
};

export type AuditEventsResponse = AuditEventsResponses[keyof AuditEventsResponses];

export type AuditJobData = {
    body?: never;
    path: {
        job_id: string;
    };
    query?: {
        lines?: 'true' | 'false';
    };
    url: '/api/v1/admin/audit/jobs/{job_id}';
};

export type AuditJobErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type AuditJobError = AuditJobErrors[keyof AuditJobErrors];

export type AuditJobResponses = {
    /**
     * Done
     */
    200: {
        job: unknown;
        entries: Array<{
            position: string | null;
            recorded_at: string;
            stream: string;
            version: number;
            type: string;
            actor: string;
            status: string | null;
            data: unknown;
            /**
             * In which it is stored; data is always as of today
             */
            schema_version: number;
            /**
             * The JSON text in the log where it is of another form than data
             */
            stored: string | null;
        }>;
        /**
         * Log lines and heartbeats beyond the first 8 MiB of each
         */
        lines_left_out: number;
        charges: {
            entries: number;
            micro_credits: number;
            billable: number;
        };
    };
};

export type AuditJobResponse = AuditJobResponses[keyof AuditJobResponses];

export type ReplayProjectionData = {
    body?: never;
    path: {
        projection: string;
    };
    query?: never;
    url: '/api/v1/admin/audit/replay/{projection}';
};

export type ReplayProjectionErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ReplayProjectionError = ReplayProjectionErrors[keyof ReplayProjectionErrors];

export type ReplayProjectionResponses = {
    /**
     * Done
     */
    200: {
        replays: Array<{
            projection: string;
            revision: number;
            position: number;
            rows_live: number;
            rows_rebuilt: number;
            differing_rows: number;
            examples: Array<{
                key: string;
                live: string | null;
                rebuilt: string | null;
            }>;
        }>;
    };
};

export type ReplayProjectionResponse = ReplayProjectionResponses[keyof ReplayProjectionResponses];

export type VerifyLogData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/admin/audit/verify';
};

export type VerifyLogErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type VerifyLogError = VerifyLogErrors[keyof VerifyLogErrors];

export type VerifyLogResponses = {
    /**
     * Done
     */
    200: {
        intact: boolean;
        events: number;
        covered: number;
        heads_checked: number;
        head: {
            origin: string;
            tree_size: number;
            /**
             * Hex
             */
            root_hash: string;
            signed_at: string;
            key_id: string;
            /**
             * Ed25519, base64
             */
            signature: string;
        } | null;
        finding: {
            code: string;
            position: number | null;
            up_to: number | null;
            what: string;
        } | null;
    };
};

export type VerifyLogResponse = VerifyLogResponses[keyof VerifyLogResponses];

export type GetAnalyticsData = {
    body?: never;
    path?: never;
    query: {
        from: string;
        to: string;
    };
    url: '/api/v1/admin/analytics';
};

export type GetAnalyticsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetAnalyticsError = GetAnalyticsErrors[keyof GetAnalyticsErrors];

export type GetAnalyticsResponses = {
    /**
     * Done
     */
    200: {
        days: Array<{
            day: string;
            metric: string;
            times: number;
        }>;
    };
};

export type GetAnalyticsResponse = GetAnalyticsResponses[keyof GetAnalyticsResponses];

export type ListTicketsData = {
    body?: never;
    path?: never;
    query?: {
        before?: string;
        limit?: number;
    };
    url: '/api/v1/admin/support/tickets';
};

export type ListTicketsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListTicketsError = ListTicketsErrors[keyof ListTicketsErrors];

export type ListTicketsResponses = {
    /**
     * Done
     */
    200: {
        tickets: Array<{
            ticket_id: string;
            user_id: string;
            category: string;
            mode: 'METADATA_ONLY' | 'WITH_CONTEXT';
            client: string;
            job_id: string | null;
            job_status: string | null;
            failure_class: string | null;
            opened_at: string;
        }>;
    };
};

export type ListTicketsResponse = ListTicketsResponses[keyof ListTicketsResponses];

export type ListMailsData = {
    body?: never;
    path?: never;
    query?: {
        before?: string | null;
        limit?: number;
    };
    url: '/api/v1/admin/mails';
};

export type ListMailsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type ListMailsError = ListMailsErrors[keyof ListMailsErrors];

export type ListMailsResponses = {
    /**
     * Done
     */
    200: {
        mails: Array<{
            mail_id: string;
            sent_at: string;
            /**
             * null: the file cannot be read
             */
            to: string | null;
            /**
             * null: the file cannot be read
             */
            subject: string | null;
        }>;
        next_before: string | null;
    };
};

export type ListMailsResponse = ListMailsResponses[keyof ListMailsResponses];

export type GetMailData = {
    body?: never;
    path: {
        mail_id: string;
    };
    query?: never;
    url: '/api/v1/admin/mails/{mail_id}';
};

export type GetMailErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type GetMailError = GetMailErrors[keyof GetMailErrors];

export type GetMailResponses = {
    /**
     * Done
     */
    200: {
        mail_id: string;
        sent_at: string;
        to: string;
        subject: string;
        text: string;
    };
};

export type GetMailResponse = GetMailResponses[keyof GetMailResponses];

export type BeginProviderLinkData = {
    body?: never;
    path: {
        provider: string;
    };
    query?: never;
    url: '/api/v1/auth/oauth/{provider}/link';
};

export type BeginProviderLinkErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type BeginProviderLinkError = BeginProviderLinkErrors[keyof BeginProviderLinkErrors];

export type BeginProviderLinkResponses = {
    /**
     * Done
     */
    200: {
        authorization_url: string;
    };
};

export type BeginProviderLinkResponse = BeginProviderLinkResponses[keyof BeginProviderLinkResponses];

export type RedeemSignInData = {
    body: {
        code: string;
        code_verifier: string;
    };
    path?: never;
    query?: never;
    url: '/api/v1/auth/oauth/token';
};

export type RedeemSignInErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type RedeemSignInError = RedeemSignInErrors[keyof RedeemSignInErrors];

export type RedeemSignInResponses = {
    /**
     * Done
     */
    200: {
        access_token: string;
        /**
         * Seconds
         */
        expires_in: number;
        /**
         * Good for one use
         */
        refresh_token: string;
        /**
         * Seconds
         */
        refresh_expires_in: number;
        user_id: string;
        session_id: string;
    };
};

export type RedeemSignInResponse = RedeemSignInResponses[keyof RedeemSignInResponses];

export type FollowJobData = {
    body?: never;
    path: {
        job_id: string;
    };
    query?: never;
    url: '/api/v1/jobs/{job_id}/logs';
};

export type FollowJobErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type FollowJobError = FollowJobErrors[keyof FollowJobErrors];

export type FollowJobResponses = {
    /**
     * `id:` is the position in the log
     */
    200: string;
};

export type FollowJobResponse = FollowJobResponses[keyof FollowJobResponses];

export type FollowJobsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/v1/jobs/stream';
};

export type FollowJobsErrors = {
    /**
     * A problem, by its code
     */
    default: {
        type: string;
        title: string;
        status: number;
        detail: string;
        /**
         * Stable: branch on this, never on a text
         */
        code: string;
        [key: string]: unknown;
    };
};

export type FollowJobsError = FollowJobsErrors[keyof FollowJobsErrors];

export type FollowJobsResponses = {
    /**
     * `id:` is the position in the log
     */
    200: string;
};

export type FollowJobsResponse = FollowJobsResponses[keyof FollowJobsResponses];
