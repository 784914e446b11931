namespace Limner.Gateway.Errors;

/// <summary>The codes of the error envelope and of failed jobs. docs/errors.md lists each; clients act on them, so none changes its meaning.</summary>
internal static class ErrorCode
{
    public const string InvalidJson = "invalid_json";
    public const string InvalidType = "invalid_type";
    public const string InvalidValue = "invalid_value";
    public const string MissingParameter = "missing_required_parameter";
    public const string UnknownParameter = "unknown_parameter";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string BodyTooLarge = "body_too_large";
    public const string InvalidApiKey = "invalid_api_key";
    public const string InsufficientScope = "insufficient_scope";
    public const string JobNotFound = "job_not_found";
    public const string ImageNotFound = "image_not_found";
    public const string ModelNotFound = "model_not_found";
    public const string UnknownAdapter = "unknown_adapter";
    public const string PromptTooLong = "prompt_too_long";
    public const string KeyNotFound = "key_not_found";
    public const string RouteNotFound = "route_not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string IdempotencyConflict = "idempotency_conflict";
    public const string JobNotRetryable = "job_not_retryable";
    public const string RateLimitExceeded = "rate_limit_exceeded";
    public const string InsufficientQuota = "insufficient_quota";
    public const string QueueFull = "queue_full";
    public const string WebhookNotFound = "webhook_not_found";
    public const string DeliveryNotFound = "delivery_not_found";
    public const string WebhookLimitReached = "webhook_limit_reached";
    public const string WebhookDisabled = "webhook_disabled";
    public const string WebhooksNotConfigured = "webhooks_not_configured";
    public const string SigningSecretMissing = "signing_secret_missing";
    public const string DatabaseUnavailable = "database_unavailable";
    public const string StorageUnavailable = "storage_unavailable";
    public const string ModelsUnavailable = "models_unavailable";
    public const string ModerationUnavailable = "moderation_unavailable";
    public const string JobStillRunning = "job_still_running";
    public const string JobCancelled = "job_cancelled";
    public const string CallerDisconnected = "caller_disconnected";
    public const string InstructionNotUnderstood = "instruction_not_understood";
    public const string ConversationUnavailable = "conversation_unavailable";
    public const string OperationNotSupported = "operation_not_supported";
    public const string InvalidImage = "invalid_image";
    public const string ImageTooLarge = "image_too_large";
    public const string InvalidForm = "invalid_form";
    public const string InvalidSignature = "invalid_signature";
    public const string TooManyUploads = "too_many_uploads";
    public const string TooManyStreams = "too_many_streams";
    public const string UploadTimeout = "upload_timeout";
    public const string InternalError = "internal_error";

    public const string FileNotFound = "file_not_found";
    public const string FileInUse = "file_in_use";
    public const string FileLimitReached = "file_limit_reached";
    public const string BatchNotFound = "batch_not_found";
    public const string BatchIsOver = "batch_is_over";
    public const string TooManyBatches = "too_many_batches";
    public const string TooManyLines = "too_many_lines";
    public const string DuplicateCustomId = "duplicate_custom_id";
    public const string BatchCancelled = "batch_cancelled";
    public const string BatchExpired = "batch_expired";

    public const string ContentPolicyViolation = "content_policy_violation";
    public const string DeadlineExceeded = "deadline_exceeded";
    public const string StageFailed = "stage_failed";
    public const string DeadLettered = "dead_lettered";
}
