// Generated from the OpenAPI document: npm run openapi:generate

import * as z from 'zod';

/**
 * Done
 */
export const zRegisterUserResponse = z.object({
    access_token: z.string(),
    expires_in: z.int(),
    refresh_token: z.string(),
    refresh_expires_in: z.int(),
    user_id: z.uuid(),
    session_id: z.uuid()
});

/**
 * Done
 */
export const zSignInResponse = z.object({
    access_token: z.string(),
    expires_in: z.int(),
    refresh_token: z.string(),
    refresh_expires_in: z.int(),
    user_id: z.uuid(),
    session_id: z.uuid()
});

/**
 * Done
 */
export const zRefreshSessionResponse = z.object({
    access_token: z.string(),
    expires_in: z.int(),
    refresh_token: z.string(),
    refresh_expires_in: z.int(),
    user_id: z.uuid(),
    session_id: z.uuid()
});

/**
 * No content
 */
export const zLogoutResponse = z.void();

/**
 * No content
 */
export const zRevokeSessionResponse = z.void();

/**
 * No content
 */
export const zRevokeSessionsResponse = z.void();

/**
 * Done
 */
export const zListSessionsResponse = z.object({
    sessions: z.array(z.object({
        session_id: z.string(),
        opened_at: z.string(),
        current: z.boolean()
    }))
});

/**
 * Done
 */
export const zChangePasswordResponse = z.object({
    access_token: z.string(),
    expires_in: z.int(),
    refresh_token: z.string(),
    refresh_expires_in: z.int(),
    user_id: z.uuid(),
    session_id: z.uuid()
});

/**
 * No content
 */
export const zForgetPasswordResponse = z.void();

/**
 * No content
 */
export const zResetPasswordResponse = z.void();

/**
 * No content
 */
export const zVerifyEmailResponse = z.void();

/**
 * Done
 */
export const zStartDeviceResponse = z.object({
    device_code: z.string(),
    user_code: z.string(),
    expires_in: z.int(),
    interval: z.int()
});

/**
 * No content
 */
export const zDecideDeviceResponse = z.void();

/**
 * Done
 */
export const zSignInDeviceResponse = z.object({
    access_token: z.string(),
    expires_in: z.int(),
    refresh_token: z.string(),
    refresh_expires_in: z.int(),
    user_id: z.uuid(),
    session_id: z.uuid()
});

/**
 * Done
 */
export const zListPersonalTokensResponse = z.object({
    tokens: z.array(z.object({
        session_id: z.string(),
        label: z.string(),
        scopes: z.array(z.string()),
        created_at: z.string(),
        expires_at: z.string()
    }))
});

/**
 * Done
 */
export const zCreatePersonalTokenResponse = z.object({
    token: z.string(),
    session_id: z.uuid(),
    expires_at: z.string()
});

/**
 * No content
 */
export const zDeleteAccountResponse = z.void();

/**
 * No content
 */
export const zGiveConsentResponse = z.void();

/**
 * Done
 */
export const zListOperatorsResponse = z.object({
    accounts: z.array(z.object({
        admin_id: z.uuid(),
        email: z.string().nullable(),
        role: z.enum([
            'SUPER_ADMIN',
            'ENGINEER',
            'SUPPORT'
        ]),
        scopes: z.array(z.enum(['FINANCE']))
    }))
});

/**
 * Done
 */
export const zAddAdminResponse = z.object({
    admin_id: z.uuid(),
    password: z.string(),
    totp_uri: z.string()
});

/**
 * No content
 */
export const zRemoveAdminResponse = z.void();

/**
 * No content
 */
export const zSetAdminRoleResponse = z.void();

/**
 * Done
 */
export const zResetAdminPasswordResponse = z.object({
    password: z.string(),
    totp_uri: z.string()
});

/**
 * Done
 */
export const zSignInAdminResponse = z.object({
    token: z.string(),
    expires_in: z.int(),
    admin_id: z.uuid(),
    session_id: z.uuid()
});

/**
 * No content
 */
export const zSignOutAdminResponse = z.void();

/**
 * Done
 */
export const zListHaltsResponse = z.object({
    halts: z.array(z.object({
        user_id: z.uuid().nullable(),
        reason: z.string(),
        by: z.string(),
        at: z.string()
    }))
});

/**
 * Done
 */
export const zSwitchSpendingResponse = z.object({
    halts: z.array(z.object({
        user_id: z.uuid().nullable(),
        reason: z.string(),
        by: z.string(),
        at: z.string()
    }))
});

/**
 * Done
 */
export const zSwitchUserSpendingResponse = z.object({
    halts: z.array(z.object({
        user_id: z.uuid().nullable(),
        reason: z.string(),
        by: z.string(),
        at: z.string()
    }))
});

/**
 * Done
 */
export const zGetSettingResponse = z.object({
    key: z.string(),
    value: z.unknown(),
    default: z.unknown(),
    about: z.string(),
    revision: z.int(),
    changed_by: z.string().nullable(),
    changed_at: z.string().nullable(),
    changes: z.array(z.object({
        revision: z.int(),
        before: z.unknown(),
        value: z.unknown(),
        reason: z.string(),
        by: z.string(),
        at: z.string()
    }))
});

/**
 * Done
 */
export const zChangeSettingResponse = z.object({
    key: z.string(),
    revision: z.int(),
    value: z.unknown()
});

/**
 * Done
 */
export const zRollBackSettingResponse = z.object({
    key: z.string(),
    revision: z.int(),
    value: z.unknown()
});

/**
 * Done
 */
export const zReportTelemetryResponse = z.object({
    kept: z.int()
});

/**
 * Done
 */
export const zOpenTicketResponse = z.object({
    ticket_id: z.uuid(),
    mode: z.enum(['METADATA_ONLY', 'WITH_CONTEXT']),
    lines_cut_out: z.int()
});

/**
 * Done
 */
export const zSwitchTicketContextResponse = z.object({
    user_id: z.uuid(),
    allowed: z.boolean()
});

/**
 * Done
 */
export const zRaiseHoldResponse = z.object({
    job_id: z.string(),
    held: z.int()
});

/**
 * Done
 */
export const zGrantGoodwillResponse = z.object({
    user_id: z.uuid(),
    lot_id: z.uuid(),
    available: z.int()
});

/**
 * Done
 */
export const zCorrectChargeResponse = z.object({
    correction_id: z.uuid(),
    job_id: z.uuid(),
    micro_credits: z.int(),
    left: z.int(),
    available: z.int()
});

/**
 * Done
 */
export const zSetBudgetCapResponse = z.object({
    job_id: z.string(),
    cap: z.int().gte(0).nullable(),
    spent: z.int(),
    held: z.int()
});

/**
 * Done
 */
export const zClosePeriodResponse = z.object({
    period: z.string(),
    version: z.int()
});

/**
 * Done
 */
export const zRestatePeriodResponse = z.object({
    period: z.string(),
    version: z.int()
});

/**
 * Done
 */
export const zRequestExportResponse = z.object({
    export_id: z.uuid(),
    status: z.enum(['WRITING'])
});

/**
 * Done
 */
export const zListPricesResponse = z.object({
    lists: z.array(z.object({
        version: z.string(),
        effective_from: z.iso.datetime(),
        models: z.record(z.string(), z.object({
            input: z.int(),
            cached: z.int(),
            output: z.int()
        })),
        published_at: z.iso.datetime()
    }))
});

/**
 * Done
 */
export const zPublishPricesResponse = z.object({
    warnings: z.array(z.object({
        code: z.enum(['UNHELD_CALL_UNAFFORDABLE']),
        tier: z.string(),
        model: z.string(),
        at_most: z.int(),
        limit: z.int(),
        context_tokens: z.int()
    }))
});

/**
 * Done
 */
export const zOpenCheckoutResponse = z.object({
    url: z.url()
});

/**
 * Done
 */
export const zOpenPortalResponse = z.object({
    url: z.url()
});

/**
 * Done
 */
export const zListJobsResponse = z.object({
    jobs: z.array(z.object({
        job_id: z.uuid(),
        owner_id: z.uuid(),
        status: z.enum([
            'PENDING',
            'ANALYZING',
            'GENERATING_ANALYSIS_REPORT',
            'WAITING_STRATEGY',
            'WAITING_SPEC_APPROVAL',
            'GENERATING_TESTS',
            'BASELINE_VALIDATION',
            'BASELINE_VALIDATION_FAILED',
            'REFACTORING',
            'WAITING_ESCALATION_DECISION',
            'WAITING_INTERVENTION',
            'DEEP_FIX_ACTIVE',
            'USER_INTERVENING',
            'RECOVERY_PENDING',
            'FALLBACK_REQUIRED',
            'DELIVERED',
            'FAILED'
        ]),
        title: z.string(),
        goal: z.string(),
        goal_text: z.string(),
        mode: z.enum([
            'SIMPLE',
            'PROFESSIONAL',
            'ENTERPRISE'
        ]),
        targets: z.array(z.string()),
        tier: z.enum([
            'FREE',
            'PLUS',
            'PRO',
            'MAX',
            'ENTERPRISE'
        ]).nullable(),
        strategy: z.enum([
            'CONSERVATIVE',
            'STANDARD',
            'COMPREHENSIVE'
        ]).nullable(),
        failure_class: z.string().nullable(),
        reasons: z.array(z.object({
            code: z.string(),
            path: z.string().nullable(),
            line: z.int().nullable(),
            reason: z.string()
        })),
        attempts: z.int(),
        model_class: z.enum([
            'L0',
            'L1',
            'L2',
            'L3'
        ]).nullable(),
        model_calls: z.int(),
        tokens: z.int(),
        executions: z.array(z.object({
            execution_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
            kind: z.enum([
                'BASELINE',
                'TEST',
                'APPLY',
                'REVERT'
            ]),
            attempt: z.int(),
            requested_at: z.string(),
            claimant: z.string().nullable()
        })),
        heartbeat_status: z.enum([
            'ALIVE',
            'GRACE',
            'PARKED'
        ]),
        grace_deadline_at: z.string().nullable(),
        decision_deadline_at: z.string().nullable(),
        escalation: z.object({
            reason: z.enum(['PHASE', 'BUDGET']),
            to_class: z.enum([
                'L0',
                'L1',
                'L2',
                'L3'
            ])
        }).nullable(),
        timed_out: z.object({
            timeout_seconds: z.int(),
            tests: z.array(z.string())
        }).nullable(),
        artifact_expires_at: z.string().nullable(),
        halted: z.boolean(),
        spend: z.object({
            model_calls: z.int(),
            tokens: z.int(),
            micro_credits: z.int()
        }),
        delivery_phase: z.enum([
            'OFFERED',
            'ACCEPTED',
            'APPLIED',
            'REVERTED'
        ]).nullable(),
        requested_at: z.string(),
        started_at: z.string().nullable(),
        finished_at: z.string().nullable(),
        updated_at: z.string()
    })),
    next_cursor: z.string().nullable()
});

/**
 * Done
 */
export const zRequestJobResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zStartJobResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zSelectProposalResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zConvertSpecTextResponse = z.object({
    revision_token: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
    spec_hash: z.string().regex(/^[0-9a-f]{64}$/),
    added: z.object({
        bdd: z.array(z.object({
            id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
            given: z.string().min(1).max(4000),
            when: z.string().min(1).max(4000),
            then: z.string().min(1).max(4000)
        })).max(500),
        sdd: z.array(z.object({
            id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
            topic: z.enum([
                'STRUCTURE',
                'TYPES',
                'DEPENDENCIES'
            ]),
            statement: z.string().min(1).max(4000)
        })).max(500)
    }),
    specification: z.object({
        bdd: z.array(z.object({
            id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
            given: z.string().min(1).max(4000),
            when: z.string().min(1).max(4000),
            then: z.string().min(1).max(4000)
        })).max(500),
        sdd: z.array(z.object({
            id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
            topic: z.enum([
                'STRUCTURE',
                'TYPES',
                'DEPENDENCIES'
            ]),
            statement: z.string().min(1).max(4000)
        })).max(500)
    }),
    unconverted: z.array(z.string())
});

/**
 * Done
 */
export const zGetSpecResponse = z.object({
    revision: z.int(),
    revision_token: z.string(),
    spec_hash: z.string(),
    specification: z.object({
        bdd: z.array(z.object({
            id: z.string(),
            given: z.string(),
            when: z.string(),
            then: z.string()
        })),
        sdd: z.array(z.object({
            id: z.string(),
            topic: z.string(),
            statement: z.string()
        }))
    }),
    approved: z.boolean()
});

/**
 * Done
 */
export const zReviseSpecResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ]),
    revision_token: z.string(),
    spec_hash: z.string().regex(/^[0-9a-f]{64}$/)
});

/**
 * Done
 */
export const zApproveSpecResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zReopenSpecResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zOverrideBaselineResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zDecideTimeoutResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zConfirmEscalationResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zDeclineEscalationResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zConfirmDeepFixResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zOpenInterventionResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zContinueRepairResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zRetryStrongerResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zAbandonJobResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zCancelJobResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zGetJobResponse = z.object({
    job_id: z.uuid(),
    owner_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ]),
    title: z.string(),
    goal: z.string(),
    goal_text: z.string(),
    mode: z.enum([
        'SIMPLE',
        'PROFESSIONAL',
        'ENTERPRISE'
    ]),
    targets: z.array(z.string()),
    tier: z.enum([
        'FREE',
        'PLUS',
        'PRO',
        'MAX',
        'ENTERPRISE'
    ]).nullable(),
    strategy: z.enum([
        'CONSERVATIVE',
        'STANDARD',
        'COMPREHENSIVE'
    ]).nullable(),
    failure_class: z.string().nullable(),
    reasons: z.array(z.object({
        code: z.string(),
        path: z.string().nullable(),
        line: z.int().nullable(),
        reason: z.string()
    })),
    attempts: z.int(),
    model_class: z.enum([
        'L0',
        'L1',
        'L2',
        'L3'
    ]).nullable(),
    model_calls: z.int(),
    tokens: z.int(),
    executions: z.array(z.object({
        execution_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
        kind: z.enum([
            'BASELINE',
            'TEST',
            'APPLY',
            'REVERT'
        ]),
        attempt: z.int(),
        requested_at: z.string(),
        claimant: z.string().nullable()
    })),
    heartbeat_status: z.enum([
        'ALIVE',
        'GRACE',
        'PARKED'
    ]),
    grace_deadline_at: z.string().nullable(),
    decision_deadline_at: z.string().nullable(),
    escalation: z.object({
        reason: z.enum(['PHASE', 'BUDGET']),
        to_class: z.enum([
            'L0',
            'L1',
            'L2',
            'L3'
        ])
    }).nullable(),
    timed_out: z.object({
        timeout_seconds: z.int(),
        tests: z.array(z.string())
    }).nullable(),
    artifact_expires_at: z.string().nullable(),
    halted: z.boolean(),
    spend: z.object({
        model_calls: z.int(),
        tokens: z.int(),
        micro_credits: z.int()
    }),
    delivery_phase: z.enum([
        'OFFERED',
        'ACCEPTED',
        'APPLIED',
        'REVERTED'
    ]).nullable(),
    requested_at: z.string(),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    updated_at: z.string()
});

/**
 * Done
 */
export const zForceTerminateResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zAcceptDeliveryResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zApplyDeliveryResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zRevertDeliveryResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zSendHeartbeatResponse = z.object({
    heartbeat_status: z.enum([
        'ALIVE',
        'GRACE',
        'PARKED'
    ]),
    grace_deadline_at: z.string().nullable()
});

/**
 * Done
 */
export const zClaimExecutionResponse = z.object({
    lease_seconds: z.int(),
    execution: z.object({
        execution_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
        kind: z.enum([
            'BASELINE',
            'TEST',
            'APPLY',
            'REVERT'
        ]),
        attempt: z.int(),
        artifacts: z.array(z.object({
            artifact_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
            kind: z.enum([
                'CONTEXT',
                'ANALYSIS',
                'TEST_PLAN',
                'BASELINE_REPORT',
                'PATCH',
                'TEST_REPORT',
                'PARTIAL_PATCH',
                'DELIVERY'
            ]),
            sha256: z.string().regex(/^[0-9a-f]{64}$/),
            size: z.int(),
            expires_at: z.string()
        })),
        selection: z.union([
            z.enum(['ALL']),
            z.object({
                files: z.array(z.string().min(1).max(1024)).max(10000),
                hunks: z.array(z.string().min(1).max(200)).max(100000),
                symbols: z.array(z.string().min(1).max(2000)).max(100000).optional()
            })
        ]).nullable(),
        locked_hashes: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/).nullable()),
        timeout_seconds: z.int(),
        quarantined: z.array(z.string()).default([]),
        retest: z.enum(['REQUIRED', 'WAIVED']).nullable().default(null)
    }),
    task_token: z.string()
});

/**
 * No content
 */
export const zWriteLogLinesResponse = z.void();

/**
 * Done
 */
export const zReportExecutionResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zAttachContextResponse = z.object({
    artifact: z.object({
        artifact_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
        kind: z.enum([
            'CONTEXT',
            'ANALYSIS',
            'TEST_PLAN',
            'BASELINE_REPORT',
            'PATCH',
            'TEST_REPORT',
            'PARTIAL_PATCH',
            'DELIVERY'
        ]),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        size: z.int(),
        expires_at: z.string()
    })
});

/**
 * Done
 */
export const zRunInterventionTestsResponse = z.object({
    job_id: z.uuid(),
    status: z.enum([
        'PENDING',
        'ANALYZING',
        'GENERATING_ANALYSIS_REPORT',
        'WAITING_STRATEGY',
        'WAITING_SPEC_APPROVAL',
        'GENERATING_TESTS',
        'BASELINE_VALIDATION',
        'BASELINE_VALIDATION_FAILED',
        'REFACTORING',
        'WAITING_ESCALATION_DECISION',
        'WAITING_INTERVENTION',
        'DEEP_FIX_ACTIVE',
        'USER_INTERVENING',
        'RECOVERY_PENDING',
        'FALLBACK_REQUIRED',
        'DELIVERED',
        'FAILED'
    ])
});

/**
 * Done
 */
export const zUploadContextPartResponse = z.object({
    artifact: z.object({
        artifact_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
        kind: z.enum([
            'CONTEXT',
            'ANALYSIS',
            'TEST_PLAN',
            'BASELINE_REPORT',
            'PATCH',
            'TEST_REPORT',
            'PARTIAL_PATCH',
            'DELIVERY'
        ]),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        size: z.int(),
        expires_at: z.string()
    })
});

/**
 * Done
 */
export const zUploadArtifactResponse = z.object({
    artifact: z.object({
        artifact_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
        kind: z.enum([
            'CONTEXT',
            'ANALYSIS',
            'TEST_PLAN',
            'BASELINE_REPORT',
            'PATCH',
            'TEST_REPORT',
            'PARTIAL_PATCH',
            'DELIVERY'
        ]),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        size: z.int(),
        expires_at: z.string()
    })
});

/**
 * Done
 */
export const zGetMeResponse = z.object({
    user_id: z.uuid(),
    email: z.string().nullable(),
    consent_given_at: z.string().nullable(),
    email_verified_at: z.string().nullable()
});

/**
 * Done
 */
export const zListProviderAccountsResponse = z.object({
    accounts: z.array(z.object({
        provider: z.enum(['github', 'google']),
        linked_at: z.string()
    }))
});

/**
 * Done
 */
export const zGetSubscriptionResponse = z.object({
    tier: z.enum([
        'FREE',
        'PLUS',
        'PRO',
        'MAX',
        'ENTERPRISE'
    ]),
    model_classes: z.array(z.enum([
        'L0',
        'L1',
        'L2',
        'L3'
    ])),
    context_cap_tokens: z.int(),
    jobs_per_day: z.int(),
    jobs_today: z.int(),
    monthly_credits: z.int(),
    renews_at: z.iso.datetime().nullable(),
    fast_track: z.boolean(),
    deep_fix: z.boolean(),
    upgrade_to: z.enum([
        'FREE',
        'PLUS',
        'PRO',
        'MAX',
        'ENTERPRISE'
    ]).nullable()
});

/**
 * Done
 */
export const zGetPlanResponse = z.object({
    tier: z.enum([
        'FREE',
        'PLUS',
        'PRO',
        'MAX',
        'ENTERPRISE'
    ]).nullable(),
    status: z.enum([
        'ACTIVE',
        'PAST_DUE',
        'ENDED'
    ]).nullable(),
    cycle_ends_at: z.iso.datetime().nullable(),
    cancels_at_cycle_end: z.boolean(),
    then: z.array(z.object({
        tier: z.enum([
            'FREE',
            'PLUS',
            'PRO',
            'MAX',
            'ENTERPRISE'
        ]),
        at: z.iso.datetime()
    }))
});

/**
 * Done
 */
export const zGetUsageReportResponse = z.object({
    tier: z.enum([
        'FREE',
        'PLUS',
        'PRO',
        'MAX',
        'ENTERPRISE'
    ]),
    period_ends_at: z.iso.datetime().nullable(),
    granted: z.int(),
    used: z.int(),
    overage: z.int(),
    held: z.int(),
    available: z.object({
        plan: z.int(),
        bought: z.int(),
        given: z.int()
    }),
    add_on_credits: z.int().nullable()
});

/**
 * Done
 */
export const zGetUsageSummaryResponse = z.object({
    tier: z.enum([
        'FREE',
        'PLUS',
        'PRO',
        'MAX',
        'ENTERPRISE'
    ]),
    basis: z.enum(['CREDITS_OF_MONTH', 'JOBS_OF_DAY']),
    percent_used: z.int(),
    bar: z.string(),
    typical_refactors_left: z.int(),
    alerts: z.array(z.int()),
    credits: z.object({
        granted: z.int(),
        used: z.int(),
        held: z.int(),
        available: z.int()
    }).optional()
});

/**
 * Done
 */
export const zGetJobUsageResponse = z.object({
    job_id: z.uuid(),
    total_micro_credits: z.int(),
    settlement: z.object({
        status: z.enum([
            'NONE',
            'HELD',
            'SETTLED'
        ]),
        held: z.int(),
        charged: z.int(),
        corrected: z.int(),
        corrections: z.array(z.object({
            correction_id: z.string(),
            micro_credits: z.int(),
            reason: z.string(),
            at: z.iso.datetime()
        }))
    }),
    budget: z.object({
        cap: z.int().nullable(),
        limit: z.int(),
        most: z.int().nullable(),
        spent: z.int(),
        reserved: z.int(),
        missing: z.int(),
        warned: z.array(z.int())
    }),
    entries: z.array(z.object({
        entry_key: z.string(),
        user_id: z.string(),
        job_id: z.string(),
        model_class: z.enum([
            'L0',
            'L1',
            'L2',
            'L3'
        ]),
        attempt: z.int(),
        ordinal: z.int(),
        stage: z.string(),
        gateway: z.string(),
        model: z.string(),
        price_version: z.string(),
        input_tokens: z.int(),
        cached_tokens: z.int(),
        output_tokens: z.int(),
        micro_credits: z.int(),
        billable: z.boolean(),
        failure_class: z.string().nullable(),
        booked_at: z.string(),
        event_id: z.string(),
        waived_by: z.string().nullable()
    }))
});

/**
 * Done
 */
export const zGetJobProofResponse = z.object({
    job_id: z.uuid(),
    event_ids: z.array(z.string()),
    schema: z.string(),
    head: z.object({
        origin: z.string(),
        tree_size: z.int(),
        root_hash: z.string(),
        signed_at: z.string(),
        key_id: z.string(),
        signature: z.string()
    }),
    proofs: z.array(z.object({
        position: z.int(),
        leaf_hash: z.string(),
        path: z.array(z.string()),
        entry: z.string()
    }))
});

/**
 * Done
 */
export const zListPeriodsResponse = z.object({
    versions: z.array(z.object({
        period: z.string(),
        version: z.int(),
        reason: z.string().nullable(),
        at: z.iso.datetime()
    })),
    exports: z.array(z.object({
        period: z.string(),
        version: z.int(),
        format: z.enum([
            'csv',
            'jsonl',
            'parquet'
        ]),
        rows: z.int(),
        manifest_sha256: z.string(),
        at: z.iso.datetime()
    }))
});

/**
 * Done
 */
export const zReconcilePeriodResponse = z.object({
    period: z.string(),
    jobs: z.int(),
    sales: z.int(),
    movements: z.int(),
    payouts: z.int(),
    invoices: z.int(),
    matched: z.int(),
    unexplained: z.int(),
    pending: z.int(),
    pending_until: z.string().nullable(),
    fees_unchecked: z.int(),
    account_fees: z.array(z.object({
        unit: z.string(),
        amount: z.int()
    })),
    variances: z.array(z.object({
        unit: z.string(),
        over: z.int(),
        under: z.int()
    })),
    lines: z.array(z.object({
        job_id: z.string().nullable(),
        user_id: z.string().nullable(),
        reference: z.string().nullable(),
        unit: z.string(),
        expected: z.int(),
        booked: z.int(),
        variance: z.int(),
        reason: z.string(),
        due_at: z.string().nullable()
    })),
    lines_left_out: z.int()
});

/**
 * Done
 */
export const zGetFinanceExportResponse = z.object({
    export_id: z.uuid(),
    period: z.string(),
    format: z.enum([
        'csv',
        'jsonl',
        'parquet'
    ]),
    version: z.int().nullable(),
    status: z.enum([
        'WRITING',
        'COMPLETED',
        'FAILED'
    ]),
    rows: z.int(),
    manifest_sha256: z.string().nullable(),
    folder: z.string().nullable(),
    failure: z.object({
        code: z.string(),
        detail: z.string()
    }).nullable(),
    requested_by: z.string(),
    requested_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable()
});

/**
 * Done
 */
export const zDownloadFinanceExportResponse = z.string();

/**
 * Done
 */
export const zGetJobEventsResponse = z.object({
    events: z.array(z.object({
        version: z.int(),
        position: z.int().nullable(),
        type: z.string(),
        recorded_at: z.string(),
        actor: z.object({
            type: z.string(),
            id: z.string()
        }),
        event_id: z.string(),
        command_id: z.string(),
        correlation_id: z.string(),
        causation_id: z.string(),
        data: z.unknown()
    })),
    next_after: z.int()
});

/**
 * Done
 */
export const zGetProposalsResponse = z.object({
    proposals: z.array(z.object({
        proposal_id: z.string(),
        strategy: z.enum([
            'CONSERVATIVE',
            'STANDARD',
            'COMPREHENSIVE'
        ]),
        title: z.string(),
        simple: z.string(),
        professional: z.string(),
        files_touched: z.array(z.string()),
        omitted: z.int().optional(),
        risk: z.int(),
        breaking_surface: z.array(z.string()),
        dependency_compatibility: z.array(z.string()),
        complexity: z.object({
            files: z.int(),
            lines: z.int(),
            functions: z.int(),
            branches: z.int()
        }),
        credits: z.object({
            estimate: z.int(),
            low: z.int(),
            high: z.int()
        }),
        conditions: z.array(z.enum(['STRICT_MODE'])).optional()
    })),
    notes: z.array(z.string()),
    selected: z.string().nullable()
});

/**
 * Done
 */
export const zGetDeliveryResponse = z.object({
    artifact: z.object({
        artifact_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
        kind: z.enum(['DELIVERY']),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        size: z.int(),
        expires_at: z.string()
    }),
    phase: z.enum([
        'OFFERED',
        'ACCEPTED',
        'APPLIED',
        'REVERTED'
    ]),
    accepted_conditions: z.array(z.enum(['STRICT_MODE'])),
    selection: z.union([
        z.enum(['ALL']),
        z.object({
            files: z.array(z.string()),
            hunks: z.array(z.string()),
            symbols: z.array(z.string()).optional()
        })
    ]).nullable(),
    files: z.array(z.object({
        path: z.string(),
        to: z.string(),
        status: z.enum([
            'ADDED',
            'DELETED',
            'MODIFIED',
            'RENAMED'
        ]),
        before_sha256: z.string().nullable(),
        after_sha256: z.string().nullable(),
        diff: z.string(),
        hunks: z.array(z.object({
            hunk_id: z.string(),
            old_start: z.int(),
            old_lines: z.int(),
            new_start: z.int(),
            new_lines: z.int()
        })),
        symbols: z.array(z.object({
            symbol_id: z.string(),
            name: z.string()
        }))
    })),
    tests: z.object({
        total: z.int(),
        passed: z.int(),
        failed: z.int(),
        timed_out: z.int(),
        skipped: z.int(),
        strict_errors: z.int()
    }),
    baseline: z.object({
        mode: z.string().nullable(),
        recorded: z.int(),
        kept: z.int(),
        runs: z.int(),
        quarantined: z.array(z.object({
            name: z.string(),
            why: z.string()
        })),
        coverage: z.object({
            branches: z.object({
                covered: z.int(),
                total: z.int()
            }),
            functions: z.object({
                covered: z.int(),
                total: z.int()
            }),
            lines: z.object({
                covered: z.int(),
                total: z.int()
            })
        }),
        uncovered: z.int(),
        to_acknowledge: z.int()
    }).nullable(),
    override: z.object({
        by: z.string(),
        at: z.string(),
        why: z.string(),
        quarantined: z.array(z.string()),
        mocks: z.array(z.string()),
        mode: z.string().nullable(),
        reason: z.string(),
        failing_tests: z.array(z.string()),
        report_artifact_id: z.string().nullable(),
        locked_files: z.int(),
        tests: z.int()
    }).nullable(),
    spend: z.object({
        model_calls: z.int(),
        tokens: z.int(),
        micro_credits: z.int()
    })
});

/**
 * Done
 */
export const zDownloadPatchResponse = z.string();

/**
 * Done
 */
export const zDownloadArtifactResponse = z.string();

/**
 * Done
 */
export const zGetTreeHeadResponse = z.object({
    origin: z.string(),
    tree_size: z.int(),
    root_hash: z.string(),
    signed_at: z.string(),
    key_id: z.string(),
    signature: z.string()
});

/**
 * Done
 */
export const zListTreeHeadsResponse = z.object({
    heads: z.array(z.object({
        origin: z.string(),
        tree_size: z.int(),
        root_hash: z.string(),
        signed_at: z.string(),
        key_id: z.string(),
        signature: z.string()
    }))
});

/**
 * Done
 */
export const zGetTreeKeysResponse = z.object({
    keys: z.array(z.object({
        key_id: z.string(),
        public_key: z.string()
    }))
});

/**
 * Done
 */
export const zGetInclusionProofResponse = z.object({
    schema: z.string(),
    head: z.object({
        origin: z.string(),
        tree_size: z.int(),
        root_hash: z.string(),
        signed_at: z.string(),
        key_id: z.string(),
        signature: z.string()
    }),
    proofs: z.array(z.object({
        position: z.int(),
        leaf_hash: z.string(),
        path: z.array(z.string())
    }))
});

/**
 * Done
 */
export const zGetConsistencyProofResponse = z.object({
    schema: z.string(),
    from_size: z.int(),
    head: z.object({
        origin: z.string(),
        tree_size: z.int(),
        root_hash: z.string(),
        signed_at: z.string(),
        key_id: z.string(),
        signature: z.string()
    }),
    path: z.array(z.string())
});

/**
 * Done
 */
export const zGetHealthResponse = z.object({
    head: z.int(),
    unnumbered: z.object({
        events: z.int(),
        oldest_seconds: z.number()
    }),
    oldest_transaction_seconds: z.number(),
    workers: z.int(),
    subscriptions: z.array(z.object({
        subscription: z.string(),
        partitions: z.int(),
        unheld: z.int(),
        lag: z.int(),
        retrying: z.int(),
        parked: z.int(),
        deferred: z.int()
    })),
    queues: z.array(z.object({
        task: z.string(),
        waiting: z.int(),
        due: z.int(),
        running: z.int(),
        failed: z.int()
    })),
    commands_waiting: z.int(),
    rejected_commands: z.int(),
    halts: z.object({
        everybody: z.boolean(),
        people: z.int()
    }),
    jobs: z.array(z.object({
        status: z.string(),
        count: z.int()
    })),
    model_calls: z.array(z.object({
        model_class: z.string(),
        gateway: z.string(),
        model: z.string(),
        outcome: z.string(),
        count: z.int()
    })),
    breakers: z.array(z.object({
        gateway: z.string(),
        model: z.string(),
        state: z.enum([
            'CLOSED',
            'OPEN',
            'HALF_OPEN'
        ]),
        failures: z.int(),
        wait_ms: z.int(),
        fault: z.string().nullable()
    })),
    process: z.object({
        answers: z.int(),
        server_errors: z.int(),
        error_rate: z.number(),
        sse_connections: z.int()
    })
});

/**
 * Done
 */
export const zGetOperatorResponse = z.object({
    admin_id: z.uuid(),
    email: z.string().nullable(),
    role: z.enum([
        'SUPER_ADMIN',
        'ENGINEER',
        'SUPPORT'
    ]),
    scopes: z.array(z.enum(['FINANCE']))
});

/**
 * Done
 */
export const zListSettingsResponse = z.object({
    settings: z.array(z.object({
        key: z.string(),
        value: z.unknown(),
        default: z.unknown(),
        about: z.string(),
        revision: z.int(),
        changed_by: z.string().nullable(),
        changed_at: z.string().nullable()
    }))
});

/**
 * Done
 */
export const zAuditStreamResponse = z.object({
    steps: z.array(z.object({
        position: z.int().nullable(),
        stream: z.string(),
        version: z.int(),
        type: z.string(),
        recorded_at: z.string(),
        actor: z.object({
            type: z.string(),
            id: z.string()
        }),
        event_id: z.string(),
        command_id: z.string(),
        correlation_id: z.string(),
        causation_id: z.string(),
        data: z.unknown(),
        schema_version: z.int(),
        stored: z.string().nullable(),
        state: z.unknown()
    })),
    next_after: z.int().nullable()
});

/**
 * Done
 */
export const zAuditWhatIfResponse = z.object({
    stream: z.string(),
    events: z.int(),
    decisions: z.int(),
    same: z.int(),
    not_decidable: z.array(z.object({
        type: z.string(),
        decisions: z.int(),
        why: z.string()
    })),
    assumed: z.array(z.object({
        what: z.string(),
        decisions: z.int()
    })),
    different: z.int(),
    differences: z.array(z.object({
        version: z.int(),
        position: z.int().nullable(),
        recorded_at: z.string(),
        kind: z.enum([
            'DECIDED_OTHERWISE',
            'REFUSED',
            'NOT_DECIDED',
            'NOT_FOLDED'
        ]),
        command: z.string().nullable(),
        code: z.string().nullable(),
        reason: z.string().nullable(),
        recorded: z.array(z.string()),
        decided: z.array(z.string()),
        fields: z.array(z.object({
            field: z.string(),
            recorded: z.string().nullable(),
            decided: z.string().nullable()
        })),
        state: z.array(z.object({
            field: z.string(),
            recorded: z.string().nullable(),
            decided: z.string().nullable()
        }))
    }))
});

/**
 * Done
 */
export const zAuditMomentResponse = z.object({
    step: z.object({
        position: z.int().nullable(),
        stream: z.string(),
        version: z.int(),
        type: z.string(),
        recorded_at: z.string(),
        actor: z.object({
            type: z.string(),
            id: z.string()
        }),
        event_id: z.string(),
        command_id: z.string(),
        correlation_id: z.string(),
        causation_id: z.string(),
        data: z.unknown(),
        schema_version: z.int(),
        stored: z.string().nullable(),
        state: z.unknown()
    }).nullable()
});

/**
 * Done
 */
export const zAuditEventsResponse = z.object({
    events: z.array(z.object({
        position: z.int().nullable(),
        stream: z.string(),
        version: z.int(),
        type: z.string(),
        recorded_at: z.string(),
        actor: z.object({
            type: z.string(),
            id: z.string()
        }),
        event_id: z.string(),
        command_id: z.string(),
        correlation_id: z.string(),
        causation_id: z.string(),
        data: z.unknown(),
        schema_version: z.int(),
        stored: z.string().nullable()
    })),
    next_before: z.int().nullable()
});

/**
 * Done
 */
export const zAuditJobResponse = z.object({
    job: z.unknown(),
    entries: z.array(z.object({
        position: z.string().nullable(),
        recorded_at: z.string(),
        stream: z.string(),
        version: z.int(),
        type: z.string(),
        actor: z.string(),
        status: z.string().nullable(),
        data: z.unknown(),
        schema_version: z.int(),
        stored: z.string().nullable()
    })),
    lines_left_out: z.int(),
    charges: z.object({
        entries: z.int(),
        micro_credits: z.int(),
        billable: z.int()
    })
});

/**
 * Done
 */
export const zReplayProjectionResponse = z.object({
    replays: z.array(z.object({
        projection: z.string(),
        revision: z.int(),
        position: z.int(),
        rows_live: z.int(),
        rows_rebuilt: z.int(),
        differing_rows: z.int(),
        examples: z.array(z.object({
            key: z.string(),
            live: z.string().nullable(),
            rebuilt: z.string().nullable()
        }))
    }))
});

/**
 * Done
 */
export const zVerifyLogResponse = z.object({
    intact: z.boolean(),
    events: z.int(),
    covered: z.int(),
    heads_checked: z.int(),
    head: z.object({
        origin: z.string(),
        tree_size: z.int(),
        root_hash: z.string(),
        signed_at: z.string(),
        key_id: z.string(),
        signature: z.string()
    }).nullable(),
    finding: z.object({
        code: z.string(),
        position: z.int().nullable(),
        up_to: z.int().nullable(),
        what: z.string()
    }).nullable()
});

/**
 * Done
 */
export const zGetAnalyticsResponse = z.object({
    days: z.array(z.object({
        day: z.string(),
        metric: z.string(),
        times: z.int()
    }))
});

/**
 * Done
 */
export const zListTicketsResponse = z.object({
    tickets: z.array(z.object({
        ticket_id: z.uuid(),
        user_id: z.uuid(),
        category: z.string(),
        mode: z.enum(['METADATA_ONLY', 'WITH_CONTEXT']),
        client: z.string(),
        job_id: z.uuid().nullable(),
        job_status: z.string().nullable(),
        failure_class: z.string().nullable(),
        opened_at: z.string()
    }))
});

/**
 * Done
 */
export const zListMailsResponse = z.object({
    mails: z.array(z.object({
        mail_id: z.string(),
        sent_at: z.iso.datetime(),
        to: z.string().nullable(),
        subject: z.string().nullable()
    })),
    next_before: z.string().nullable()
});

/**
 * Done
 */
export const zGetMailResponse = z.object({
    mail_id: z.string(),
    sent_at: z.iso.datetime(),
    to: z.string(),
    subject: z.string(),
    text: z.string()
});

/**
 * Done
 */
export const zBeginProviderLinkResponse = z.object({
    authorization_url: z.url()
});

/**
 * Done
 */
export const zRedeemSignInResponse = z.object({
    access_token: z.string(),
    expires_in: z.int(),
    refresh_token: z.string(),
    refresh_expires_in: z.int(),
    user_id: z.uuid(),
    session_id: z.uuid()
});

/**
 * `id:` is the position in the log
 */
export const zFollowJobResponse = z.string();

/**
 * `id:` is the position in the log
 */
export const zFollowJobsResponse = z.string();
