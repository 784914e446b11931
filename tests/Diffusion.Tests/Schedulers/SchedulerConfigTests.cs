using Limner.Diffusion.Schedulers;
using Limner.Fixtures;

namespace Limner.Diffusion.Tests.Schedulers;

public sealed class SchedulerConfigTests
{
    [Fact]
    public void The_reference_folder_is_read_from_disk()
    {
        var decoder = SchedulerConfig.Load(ReferenceFolder.Path("unclip_tiny", "decoder_scheduler", "scheduler_config.json"));
        Assert.Equal(
            new SchedulerConfig
            {
                Kind = SchedulerKind.UnClip,
                BetaSchedule = BetaSchedule.SquaredCosCapV2,
                VarianceType = VarianceType.LearnedRange,
            },
            decoder);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nowhere.json", Assert.Throws<InvalidDataException>(() => SchedulerConfig.Load("nowhere.json")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{}", "_class_name is nothing; expected one of: UnCLIPScheduler, DDPMScheduler")]
    [InlineData("""{"_class_name":"PNDMScheduler"}""", "_class_name is \"PNDMScheduler\"; expected one of: UnCLIPScheduler")]
    [InlineData("""{"_class_name":"DDPMScheduler","beta_schedule":"sigmoid"}""", "beta_schedule is \"sigmoid\"; expected one of: linear, scaled_linear, squaredcos_cap_v2")]
    [InlineData("""{"_class_name":"DDPMScheduler","beta_start":NaN}""", "beta_start is \"NaN\"; expected a number")]
    [InlineData("""{"_class_name":"EulerDiscreteScheduler","beta_start":0}""", "0 < beta_start <= beta_end < 1")]
    [InlineData("""{"_class_name":"EulerDiscreteScheduler","beta_end":1.0}""", "0 < beta_start <= beta_end < 1")]
    [InlineData("""{"_class_name":"EulerDiscreteScheduler","interpolation_type":"log_linear"}""", "interpolation_type is \"log_linear\"")]
    [InlineData("""{"_class_name":"DDIMScheduler","num_train_timesteps":1}""", "num_train_timesteps is 1; it must be at least 2")]
    [InlineData("""{"_class_name":"DDIMScheduler","num_train_timesteps":10.5}""", "num_train_timesteps is 10.5; expected a whole number")]
    [InlineData("""{"_class_name":"DDIMScheduler","clip_sample":1}""", "clip_sample is 1; expected true or false")]
    [InlineData("""{"_class_name":"DDIMScheduler","clip_sample_range":-1}""", "clip_sample_range is -1")]
    [InlineData("""{"_class_name":"DDPMScheduler","thresholding":true,"sample_max_value":0.5}""", "sample_max_value 0.5 must be at least 1")]
    [InlineData("""{"_class_name":"DDIMScheduler","thresholding":true}""", "thresholding is true, which Limner does not support")]
    [InlineData("""{"_class_name":"DDIMScheduler","trained_betas":[0.1]}""", "trained_betas is Array; expected null")]
    [InlineData("""{"_class_name":"UnCLIPScheduler","prediction_type":"v_prediction"}""", "UnCLIPScheduler takes prediction_type epsilon or sample")]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler","solver_order":4}""", "solver_order is 4; it must be 1, 2 or 3")]
    public void A_value_that_cannot_run_is_named_with_what_can(string json, string message)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SchedulerConfigFile.Parse(json, "x/scheduler_config.json"));
        Assert.StartsWith("x/scheduler_config.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_configuration_made_in_code_meets_the_same_rules(double betaEnd)
    {
        var config = new SchedulerConfig { Kind = SchedulerKind.EulerDiscrete, BetaEnd = betaEnd };
        Assert.Throws<ArgumentException>(() => SchedulerFactory.Create(config, 10));
        Assert.Throws<ArgumentException>(() => SchedulerFactory.Create(new() { Kind = SchedulerKind.Ddim, Eta = float.NaN }, 10));
    }
}
