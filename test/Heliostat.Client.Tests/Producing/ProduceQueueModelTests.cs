using Heliostat.Testing;
using Xunit.Abstractions;

namespace Heliostat.Client.Tests.Producing;

/// <summary>Random runs of <see cref="ProduceQueueModel"/>: a failure names its seed and what happened.</summary>
public sealed class ProduceQueueModelTests(ITestOutputHelper output)
{
    private const int Runs = 500;

    [Fact]
    public void Cuts_moves_and_failures_lose_double_and_disorder_nothing() => Each(ModelFaults.Kept, Exactly);

    [Fact]
    public void A_leader_that_restarted_with_only_the_last_batch_of_each_producer_gets_nothing_twice() =>
        Each(random => ModelFaults.Kept(random).WithoutFailures().WithRestarts(random.NextDouble() * 0.3), Exactly);

    [Fact]
    public void Restarts_between_an_append_that_failed_and_its_retry_lose_nothing_and_say_what_may_be_doubled() =>
        Each(random => ModelFaults.Kept(random).WithRestarts(random.NextDouble() * 0.3), ExactlyUnlessSeen);

    [Fact]
    public void A_leader_that_forgets_old_producers_on_a_restart_loses_nothing_and_doubles_nothing_unseen() =>
        Each(random => ModelFaults.Kept(random).WithRestarts(random.NextDouble() * 0.3) with { RestartForgets = true, Before25 = false },
            ExactlyUnlessSeen);

    [Fact]
    public void A_leader_that_forgot_an_idle_producer_gets_everything_once() =>
        Each(random => ModelFaults.Kept(random).WithForgetting(0.5), Exactly);

    [Fact]
    public void Refused_batches_are_split_and_nothing_else_is_lost() =>
        Each(random => ModelFaults.Kept(random).WithTooLarge([.. Enumerable.Range(0, 10).Select(_ => random.NextInt64(200))]), Exactly);

    [Fact]
    public void Sequences_wrap_from_the_largest_to_0() =>
        Each(random => ModelFaults.Kept(random) with { HugeBatches = true }, Exactly, total: 60 * 700_000_000L);

    [Fact]
    public void In_transactions_everything_is_committed_once_or_begun_anew() => Each(Transactional, CommittedExactly);

    [Fact]
    public void In_transactions_restarts_and_forgetting_double_nothing() =>
        Each(random => Transactional(random).WithRestarts(random.NextDouble() * 0.2).WithForgetting(random.NextDouble() * 0.3),
            CommittedExactly);

    [Fact]
    public void In_transactions_refused_batches_are_split_in_the_same_epoch_or_all_is_begun_anew() =>
        Each(random => Transactional(random).WithTooLarge([.. Enumerable.Range(0, 10).Select(_ => random.NextInt64(200))]),
            CommittedExactly);

    private static ModelFaults Transactional(Random random) => ModelFaults.Kept(random) with { Transactional = true, FirstEpoch = 0 };

    private static void CommittedExactly(ProduceQueueModel model, long total)
    {
        Assert.Equal((0, 0), (model.NewEpochs, model.Log.OpenBatches));
        var expected = 0L;
        foreach (var (first, next, _) in model.Log.Committed)
        {
            Assert.Equal(expected, first);
            expected = next;
        }

        Assert.Equal(total, expected);
    }

    private static void Exactly(ProduceQueueModel model, long total)
    {
        Assert.Equal(0, model.Unsure + model.Doubled);
        var expected = 0L;
        foreach (var (first, next) in model.Log.Batches)
        {
            Assert.Equal(expected, first);
            expected = next;
        }

        Assert.Equal(total, expected);
    }

    /// <summary>Where the queue said so, batches may be there twice: but then each batch's last copy is behind its predecessor's.</summary>
    private static void ExactlyUnlessSeen(ProduceQueueModel model, long total)
    {
        if (model.Unsure + model.Doubled == 0)
        {
            Exactly(model, total);
            return;
        }

        var expected = total;
        for (var i = model.Log.Batches.Count - 1; i >= 0; i--)
        {
            var (first, next) = model.Log.Batches[i];
            if (next == expected) expected = first;
        }

        Assert.Equal(0, expected);
    }

    private void Each(Func<Random, ModelFaults> faults, Action<ProduceQueueModel, long> check, long total = 200)
    {
        var first = Seed.Next();
        var runs = Environment.GetEnvironmentVariable("RUNS") is { } many ? int.Parse(many, null)
            : Environment.GetEnvironmentVariable("HELIOSTAT_SEED") is null ? Runs
            : 1;
        var epochs = 0;
        var unsure = 0;
        var doubled = 0;
        var lost = 0;
        for (var seed = first; seed < first + runs; seed++)
        {
            var model = new ProduceQueueModel(seed, faults(new Random(seed)), total);
            try
            {
                model.Run(1_500);
                check(model, total);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"HELIOSTAT_SEED={seed}: {failure.Message}\n{model.Trace}", failure);
            }

            epochs += model.NewEpochs;
            unsure += model.Unsure;
            doubled += model.Doubled;
            lost += model.Lost;
        }

        output.WriteLine(
            $"seeds {first} to {first + runs - 1}: {epochs} new epochs, {unsure} of them unsure, {doubled} times doubled, "
                + $"{lost} transactions lost");
    }
}
