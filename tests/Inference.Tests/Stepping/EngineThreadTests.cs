using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using PromptThread = Limner.Inference.EngineThread<
    Limner.Diffusion.Unclip.EncodeRequest, Limner.Diffusion.Unclip.EncodedPrompt, Limner.Diffusion.Unclip.EncodedPrompt>;

namespace Limner.Inference.Tests.Stepping;

public sealed class EngineThreadTests : IDisposable
{
    private readonly UnclipModel _model = ModelFolder.Load(TestModel.Latent, TestModel.Cpu, ModelParts.Encoder, new() { Prior = 4 });

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Requests_from_many_threads_end_as_they_would_alone()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        float[][] expected = Enumerable.Range(0, 12).Select(i => new UnclipEncoder(_model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System))
            .Encode(Request(i), stop)[0].ImageEmbedding).ToArray();
        using PromptThread thread = Start();
        EngineResult<EncodedPrompt>[] results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => thread.RunAsync(Request(i), stop), stop)));
        Assert.Equal(expected, results.Select(result => result.Value.Conditionings[0].ImageEmbedding));
        Assert.All(results, result => Assert.True(result.Elapsed > TimeSpan.Zero));
    }

    [Fact]
    public async Task A_step_that_throws_fails_the_request_to_blame_and_no_other()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using PromptThread thread = Start();
        Task<EngineResult<EncodedPrompt>>[] good = Enumerable.Range(0, 5).Select(i => thread.RunAsync(Request(i), stop)).ToArray();
        EncodeRequest poisoned = Request(9) with { Progress = new Poison() };
        InvalidDataException blamed = await Assert.ThrowsAsync<InvalidDataException>(() => thread.RunAsync(poisoned, stop));
        Assert.Equal("poison at step 2", blamed.Message);
        Assert.All(await Task.WhenAll(good), result => Assert.Equal(SampleEnd.Completed, result.Value.End));
        Assert.Equal(SampleEnd.Completed, (await thread.RunAsync(Request(3), stop)).Value.End);
    }

    [Fact]
    public async Task What_the_model_cannot_do_is_refused_to_its_caller_alone()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using PromptThread thread = Start();
        RefusedRequestException refusal = await Assert.ThrowsAsync<RefusedRequestException>(() => thread.RunAsync(Request(0) with { PriorSteps = 0 }, stop));
        Assert.Equal(RequestProblem.Steps, refusal.Problem);
        Assert.Equal(SampleEnd.Completed, (await thread.RunAsync(Request(1), stop)).Value.End);
    }

    [Fact]
    public async Task Stopping_cancels_whoever_still_waits_and_refuses_whoever_comes_later()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        PromptThread thread = Start();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var hold = new ManualResetEventSlim();
        Task<EngineResult<EncodedPrompt>> held = thread.RunAsync(Request(0) with { Progress = new Hold(reached, hold) }, stop);
        Task<EngineResult<EncodedPrompt>>[] waiting = Enumerable.Range(1, 9).Select(i => thread.RunAsync(Request(i), stop)).ToArray();
        await reached.Task;
        var stopped = Task.Run(thread.Dispose, stop);
        while (!thread.RunAsync(Request(0), stop).IsCompleted)
        {
            await Task.Yield(); // until it takes nothing more: from then on the step that is held is the last
        }

        hold.Set();
        await stopped;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        foreach (Task<EngineResult<EncodedPrompt>>? task in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => thread.RunAsync(Request(0), stop));
    }

    [Fact]
    public async Task What_was_cancelled_while_it_waited_is_not_begun()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using var cancel = new CancellationTokenSource();
        var engine = new ScriptedEngine();
        using PromptThread thread = engine.Start();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var hold = new ManualResetEventSlim();
        engine.Then = _ =>
        {
            reached.TrySetResult();
            hold.Wait(stop);
        };
        Task<EngineResult<EncodedPrompt>> held = thread.RunAsync(Request(0), stop);
        await reached.Task;
        Task<EngineResult<EncodedPrompt>> cancelled = thread.RunAsync(Request(1), cancel.Token);
        Task<EngineResult<EncodedPrompt>> next = thread.RunAsync(Request(2), stop);
        await cancel.CancelAsync();
        hold.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Task.WhenAll(held, next);
        Assert.Equal([0, 2], engine.Added);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_engine_that_fails_three_requests_in_a_row_ends_and_keeps_the_third_and_what_comes_later(bool inTheStep)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        void Fail(bool here) => _ = here ? throw new InvalidDataException("the device is lost") : 0;
        var engine = new ScriptedEngine { Then = _ => Fail(inTheStep), Taken = _ => Fail(!inTheStep) };
        var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        PromptThread thread = engine.Start(told.SetResult);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("the device is lost", (await Assert.ThrowsAsync<InvalidDataException>(() => thread.RunAsync(Request(i), stop))).Message);
        }

        Assert.Null(thread.Failure);

        Task<EngineResult<EncodedPrompt>> kept = thread.RunAsync(Request(2), stop);
        Assert.Same(told.Task, await Task.WhenAny(told.Task, kept));
        Assert.Same(await told.Task, thread.Failure);
        Assert.Equal("3 requests in a row failed, each alone; the last one with: the device is lost", thread.Failure!.Message);
        using var impatient = new CancellationTokenSource();
        (Task<EngineResult<EncodedPrompt>> later, Task<EngineResult<EncodedPrompt>> given) = (thread.RunAsync(Request(3), stop), thread.RunAsync(Request(4), impatient.Token));
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal((false, false), (kept.IsCompleted, later.IsCompleted));
        thread.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kept);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => later);
        Assert.Equal([0, 1, 2], engine.Added);
    }

    [Theory]
    [InlineData("Failed to allocate memory for requested buffer of size 4294967296")]
    [InlineData("CUDA failure 2: out of memory")]
    [InlineData("std::bad_alloc: bad allocation")]
    public async Task Requests_that_are_too_large_for_the_memory_do_not_end_it(string problem)
    {
        using PromptThread thread = new ScriptedEngine { Then = _ => throw new InvalidDataException(problem) }.Start();
        for (int i = 0; i < 4; i++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => thread.RunAsync(Request(i), TestContext.Current.CancellationToken));
        }

        Assert.Null(thread.Failure);
    }

    [Fact]
    public async Task Requests_that_fail_among_good_ones_or_are_refused_do_not_end_it()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var engine = new ScriptedEngine
        {
            Taken = request => _ = request.Seed == 8 ? throw new RefusedRequestException(RequestProblem.Steps, "too many") : 0,
            Then = seeds => _ = seeds.Contains(9) ? throw new InvalidDataException("poison") : 0,
        };
        using PromptThread thread = engine.Start();
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => thread.RunAsync(Request(9), stop));
            for (int j = 0; j < 3; j++)
            {
                await Assert.ThrowsAsync<RefusedRequestException>(() => thread.RunAsync(Request(8), stop));
            }

            await Assert.ThrowsAsync<InvalidDataException>(() => thread.RunAsync(Request(9), stop));
            Assert.Equal(SampleEnd.Completed, (await thread.RunAsync(Request(1), stop)).Value.End);
        }

        Assert.Null(thread.Failure);
    }

    [Fact]
    public async Task An_engine_that_cannot_be_made_says_why()
    {
        var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new PromptThread("broken", new(() => throw new InvalidDataException("no engine"), ended => ended.Request, ended => ended), TimeProvider.System, told.SetResult);
        Assert.Equal("no engine", (await told.Task).Message);
        Assert.Equal("no engine", thread.Failure?.Message);
        Task<EngineResult<EncodedPrompt>> waiting = thread.RunAsync(Request(0), TestContext.Current.CancellationToken);
        thread.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private PromptThread Start() => new(
        "prior", new(() => new UnclipEncoder(_model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System)), ended => ended.Request, ended => ended),
        TimeProvider.System, _ => { });

    private static EncodeRequest Request(int seed) => new() { Prompt = $"horse {seed}", Seed = (ulong)seed, PriorSteps = 4, PriorGuidance = 2, Guidance = 3 };

    private sealed class Poison : IProgress<UnclipProgress>
    {
        public void Report(UnclipProgress value)
        {
            if (value.Step == 2)
            {
                throw new InvalidDataException("poison at step 2");
            }
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
