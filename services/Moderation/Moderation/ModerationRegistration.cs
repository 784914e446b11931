namespace Limner.Moderation;

/// <summary>Composes the Moderation service.</summary>
public static class ModerationRegistration;
