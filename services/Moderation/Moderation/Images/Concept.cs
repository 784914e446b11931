namespace Limner.Moderation.Images;

/// <summary>A direction in the space of image embeddings, and how far along it an image may be.</summary>
/// <param name="Name">What it is, e.g. <c>sword</c>; several may describe the same.</param>
/// <param name="Category">The verdict's code.</param>
/// <param name="Weights">As many as a cell has numbers, or as the file's layer has features.</param>
/// <param name="Bias">Added to the product.</param>
/// <param name="Threshold">A greater score is a finding.</param>
internal sealed record Concept(string Name, string Category, float[] Weights, float Bias, float Threshold);
