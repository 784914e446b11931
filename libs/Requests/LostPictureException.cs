namespace Limner.Requests;

/// <summary>A picture that a job was given cannot be had any more; no other attempt would change that. The message is one sentence for whoever gave it.</summary>
public sealed class LostPictureException(string message) : Exception(message)
{
    /// <summary>The word for programs.</summary>
    public static string Code => "source_lost";
}
