using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using PromptThread = Limner.Inference.EngineThread<
    Limner.Diffusion.Unclip.EncodeRequest, Limner.Diffusion.Unclip.EncodedPrompt, Limner.Diffusion.Unclip.EncodedPrompt>;

namespace Limner.Inference.Tests.Stepping;

public sealed class EngineThreadTests : IDisposable
{
    private readonly UnclipModel _model = ModelFolder.Load(TestModel.Latent, TestModel.Cpu with { PriorSlots = 4 }, ModelParts.Encoder);

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Requests_from_many_threads_end_as_they_would_alone()
    {
        var stop = TestContext.Current.CancellationToken;
        var expected = Enumerable.Range(0, 12).Select(i => new UnclipEncoder(_model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System))
            .Encode(Request(i), stop)[0].ImageEmbedding).ToArray();
        using var thread = Start();
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => thread.RunAsync(Request(i), stop), stop)));
        Assert.Equal(expected, results.Select(result => result.Value.Conditionings[0].ImageEmbedding));
        Assert.All(results, result => Assert.True(result.Elapsed > TimeSpan.Zero));
    }

    [Fact]
    public async Task A_step_that_throws_fails_the_request_to_blame_and_no_other()
    {
        var stop = TestContext.Current.CancellationToken;
        using var thread = Start();
        var good = Enumerable.Range(0, 5).Select(i => thread.RunAsync(Request(i), stop)).ToArray();
        var poisoned = Request(9) with { Progress = new Poison() };
        var blamed = await Assert.ThrowsAsync<InvalidDataException>(() => thread.RunAsync(poisoned, stop));
        Assert.Equal("poison at step 2", blamed.Message);
        Assert.All(await Task.WhenAll(good), result => Assert.Equal(SampleEnd.Completed, result.Value.End));
        Assert.Equal(SampleEnd.Completed, (await thread.RunAsync(Request(3), stop)).Value.End);
    }

    [Fact]
    public async Task What_the_model_cannot_do_is_refused_to_its_caller_alone()
    {
        var stop = TestContext.Current.CancellationToken;
        using var thread = Start();
        var refusal = await Assert.ThrowsAsync<RefusedRequestException>(() => thread.RunAsync(Request(0) with { PriorSteps = 0 }, stop));
        Assert.Equal(RequestProblem.Steps, refusal.Problem);
        Assert.Equal(SampleEnd.Completed, (await thread.RunAsync(Request(1), stop)).Value.End);
    }

    [Fact]
    public async Task Stopping_cancels_whoever_still_waits_and_refuses_whoever_comes_later()
    {
        var stop = TestContext.Current.CancellationToken;
        var thread = Start();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var hold = new ManualResetEventSlim();
        var held = thread.RunAsync(Request(0) with { Progress = new Hold(reached, hold) }, stop);
        var waiting = Enumerable.Range(1, 9).Select(i => thread.RunAsync(Request(i), stop)).ToArray();
        await reached.Task;
        var stopped = Task.Run(thread.Dispose, stop);
        while (!thread.RunAsync(Request(0), stop).IsCompleted)
            await Task.Yield(); // until it takes nothing more: from then on the step that is held is the last
        hold.Set();
        await stopped;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        foreach (var task in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        await Assert.ThrowsAnyAsync<Exception>(() => thread.RunAsync(Request(0), stop));
    }

    [Fact]
    public async Task What_was_cancelled_while_it_waited_is_not_begun()
    {
        var stop = TestContext.Current.CancellationToken;
        using var cancel = new CancellationTokenSource();
        var engine = new ScriptedEngine();
        using var thread = engine.Start();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var hold = new ManualResetEventSlim();
        engine.Then = _ =>
        {
            reached.TrySetResult();
            hold.Wait(stop);
        };
        var held = thread.RunAsync(Request(0), stop);
        await reached.Task;
        var cancelled = thread.RunAsync(Request(1), cancel.Token);
        var next = thread.RunAsync(Request(2), stop);
        await cancel.CancelAsync();
        hold.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Task.WhenAll(held, next);
        Assert.Equal([0, 2], engine.Added);
    }

    [Fact]
    public async Task An_engine_that_cannot_be_made_says_why()
    {
        using var thread = new PromptThread("broken", new(() => throw new InvalidDataException("no engine"), ended => ended.Request, ended => ended), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => thread.RunAsync(Request(0), TestContext.Current.CancellationToken));
        Assert.Equal("no engine", thread.Failure?.Message);
    }

    private PromptThread Start() => new(
        "prior", new(() => new UnclipEncoder(_model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System)), ended => ended.Request, ended => ended),
        TimeProvider.System);

    private static EncodeRequest Request(int seed) => new() { Prompt = $"horse {seed}", Seed = (ulong)seed, PriorSteps = 4, PriorGuidance = 2, Guidance = 3 };

    private sealed class Poison : IProgress<UnclipProgress>
    {
        public void Report(UnclipProgress value)
        {
            if (value.Step == 2)
                throw new InvalidDataException("poison at step 2");
        }
    }

    private sealed class Hold(TaskCompletionSource reached, ManualResetEventSlim hold) : IProgress<UnclipProgress>
    {
        public void Report(UnclipProgress value)
        {
            reached.TrySetResult();
            hold.Wait();
        }
    }
}
