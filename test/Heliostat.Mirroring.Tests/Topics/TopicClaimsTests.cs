using Heliostat.Client;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Topics;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Topics;

/// <summary>A flow that keeps names, and the state topic that it claims in, which may take nothing.</summary>
public sealed class TopicClaimsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly ClaimBook _held = new();
    private readonly HashSet<string> _stored = [];
    private readonly TopicClaims _claims;
    private readonly TaskCompletionSource _late = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Answer _answer = Answer.Takes;
    private int _appends;

    public TopicClaimsTests() =>
        _claims = new TopicClaims(Rules.IdentityOf(new("A", "B")), "host/1", () => _stored, _held, AppendAsync, _time);

    private enum Answer
    {
        Takes,
        TakesOneMore,
        Refuses,
        IsLate,
    }

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task What_is_begun_is_claimed_and_then_had()
    {
        Assert.True(await _claims.PutAsync(Plan("orders"), Ct));
        Assert.Equal("host/1", Assert.Single(_held.Claims()).By);

        Assert.Equal(["orders"], await RoundAsync("orders"));

        Assert.Null(Assert.Single(_held.Claims()).By);
        Assert.Empty(_held.Claimants());
    }

    [Fact]
    public async Task A_topic_does_not_begin_before_its_origin_stands_whatever_was_refused_before()
    {
        _answer = Answer.TakesOneMore;
        Assert.Empty(await RoundAsync("orders"));
        Assert.Equal("host/1", Assert.Single(_held.Claims()).By);

        // Refused again: the claim goes on standing.
        Assert.Empty(await RoundAsync("orders"));
        Assert.Equal("host/1", Assert.Single(_held.Claims()).By);

        _answer = Answer.Takes;
        Assert.Equal(["orders"], await RoundAsync("orders"));
        Assert.NotNull(_held.Origin("orders"));
        Assert.Empty(_held.Claimants());
    }

    [Fact]
    public async Task Topics_with_a_position_do_not_wait_for_a_state_topic_that_refuses()
    {
        _stored.Add("orders");
        _answer = Answer.Refuses;

        Assert.Equal(["orders"], await RoundAsync("new", "orders"));
        Assert.Contains("claimed there", _claims.Trouble?.Detail, StringComparison.Ordinal);
        Assert.NotNull(_claims.Again);

        _answer = Answer.Takes;
        Assert.Equal(["new", "orders"], await RoundAsync("new", "orders"));
        Assert.Null(_claims.Trouble);
        Assert.NotNull(_held.Origin("orders"));
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("new", "orders")]
    public async Task Topics_with_a_position_wait_two_seconds_at_most_for_a_state_topic_that_takes_nothing(params string[] topics)
    {
        _stored.Add("orders");
        _answer = Answer.IsLate;
        var round = RoundAsync(topics);
        Assert.False(round.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["orders"], await round.WaitAsync(Patience));

        // Nothing more is written behind it while it is late.
        round = RoundAsync(topics);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["orders"], await round.WaitAsync(Patience));
        Assert.Equal(1, _appends);

        _answer = Answer.Takes;
        _late.SetResult();
        Assert.Equal(topics, await RoundAsync(topics).WaitAsync(Patience));
        Assert.Null(_claims.ClaimedFor("new"));
        Assert.NotNull(_held.Origin("orders"));
    }

    [Fact]
    public async Task A_claim_counts_from_when_it_stands()
    {
        _answer = Answer.IsLate;
        var putting = _claims.PutAsync(Plan("orders"), Ct);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(await putting.WaitAsync(Patience));
        Assert.Null(_claims.ClaimedFor("orders"));

        _late.SetResult();
        Assert.True(await _claims.PutAsync(Plan("orders"), Ct).WaitAsync(Patience));
        Assert.Equal(TimeSpan.Zero, _claims.ClaimedFor("orders"));
    }

    /// <summary>Another mirror may have taken the topic meanwhile, as this one did not say that it is there.</summary>
    [Fact]
    public async Task What_the_state_topic_took_late_is_judged_again_before_it_begins()
    {
        Assert.True(await _claims.PutAsync(Plan("orders"), Ct));
        _answer = Answer.IsLate;
        var settling = _claims.SettleAsync(Plan("orders"), Ct);
        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.Empty((await settling.WaitAsync(Patience)).Topics.Mirrored);

        _answer = Answer.Takes;
        _late.SetResult();
        Assert.True(await _claims.PutAsync(Plan("orders"), Ct).WaitAsync(Patience));

        Assert.Equal(TimeSpan.Zero, _claims.ClaimedFor("orders"));
        Assert.False(_claims.Has("orders"));
        Assert.Equal(["orders"], await RoundAsync("orders"));
        Assert.True(_claims.Has("orders"));
    }

    [Fact]
    public async Task A_claim_that_could_not_be_marked_for_long_is_made_anew()
    {
        Assert.True(await _claims.PutAsync(Plan("orders"), Ct));
        _time.Advance(TimeSpan.FromSeconds(39));
        Assert.False(await _claims.PutAsync(Plan("orders"), Ct));
        var mark = _held.Mark("host/1");

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await _claims.PutAsync(Plan("orders"), Ct));

        Assert.Equal(TimeSpan.Zero, _claims.ClaimedFor("orders"));
        Assert.NotEqual(mark, _held.Mark("host/1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_does_not_wait_for_a_state_topic_that_cannot_be_written(bool refuses)
    {
        await _claims.PutAsync(Plan("orders"), Ct);
        _answer = refuses ? Answer.Refuses : Answer.IsLate;

        var withdrawing = _claims.WithdrawAsync(Ct);
        _time.Advance(TimeSpan.FromSeconds(2));

        await withdrawing.WaitAsync(Patience);
    }

    private static TopicPlan Plan(params string[] topics) => new()
    {
        Topics = new FlowTopics([.. topics.Select(topic => new MirroredTopic(topic, topic, 1))], []),
        Target = new Dictionary<string, ClusterTopic>(),
        Creations = [],
        Growths = [],
        Unreadable = [],
    };

    /// <summary>What begins, or goes on, after a round that nobody else brings anything in.</summary>
    private async Task<IReadOnlyList<string>> RoundAsync(params string[] topics)
    {
        try
        {
            while (await _claims.PutAsync(Plan(topics), Ct))
            {
            }

            return [.. (await _claims.SettleAsync(Plan(topics), Ct)).Topics.Mirrored.Select(topic => topic.Source)];
        }
        catch (KafkaErrorException)
        {
            return [];
        }
    }

    private async Task AppendAsync(IReadOnlyList<KeyedRecord> records)
    {
        _appends++;
        if (_answer == Answer.Refuses)
        {
            throw new KafkaErrorException(ErrorCode.TopicAuthorizationFailed, "B: no");
        }

        _answer = _answer == Answer.TakesOneMore ? Answer.Refuses : _answer;
        if (_answer == Answer.IsLate)
        {
            await _late.Task;
        }

        foreach (var record in records)
        {
            _held.Take(record.Key, record.Value);
        }
    }
}
