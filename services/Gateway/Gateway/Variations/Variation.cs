using Limner.Gateway.Generations;
using Limner.Gateway.Submissions;
using Limner.Gateway.Uploads;

namespace Limner.Gateway.Variations;

/// <summary>A request for pictures like another, checked. The submission has no prompt: the picture stands in its place.</summary>
internal sealed record Variation(Submission Submission, Delivery Delivery, Picture Image);
