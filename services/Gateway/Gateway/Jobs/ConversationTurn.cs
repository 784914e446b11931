namespace Limner.Gateway.Jobs;

/// <summary>A job that was asked for by saying what is to be different in a picture.</summary>
/// <param name="Parent">The id of that picture.</param>
/// <param name="Topic">Which of the things that are drawn now was spoken of last, from 0.</param>
internal sealed record ConversationTurn(string Parent, int? Topic);
