using Limner.Gateway.Generations;
using Limner.Gateway.Submissions;
using Limner.Gateway.Uploads;

namespace Limner.Gateway.Edits;

/// <summary>A request to change pictures, checked.</summary>
/// <param name="Submission">What is to be drawn.</param>
/// <param name="Delivery">How it is handed over.</param>
/// <param name="Images">From which pictures.</param>
/// <param name="Mask">A picture whose transparent parts say what of the first is to be drawn anew; null for all of it.</param>
/// <param name="KeepsClose">Whether the result is to stay close to the pictures.</param>
internal sealed record Edit(Submission Submission, Delivery Delivery, IReadOnlyList<Picture> Images, Picture? Mask, bool KeepsClose);
