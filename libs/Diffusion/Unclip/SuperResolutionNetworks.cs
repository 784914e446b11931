using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>One super-resolution stage.</summary>
/// <param name="First">The network of every step, or of all but the last.</param>
/// <param name="Last">Karlo's <c>super_res_last</c>, which does the last step; null where <paramref name="First"/> does it.</param>
/// <param name="Scheduler">The scheduler of both.</param>
/// <param name="Image">Shape of the image it makes.</param>
/// <param name="Slots">Images at a time.</param>
public sealed record SuperResolutionNetworks(IDenoiser First, IDenoiser? Last, SchedulerConfig Scheduler, ImageShape Image, int Slots);
