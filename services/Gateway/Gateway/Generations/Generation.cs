using Limner.Gateway.Submissions;

namespace Limner.Gateway.Generations;

/// <summary>A request for pictures in OpenAI's form, checked: what is to be drawn, and how it is handed over.</summary>
internal sealed record Generation(Submission Submission, Delivery Delivery);
