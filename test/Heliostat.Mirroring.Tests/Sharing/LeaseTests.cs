using Heliostat.Mirroring.Sharing;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Sharing;

public sealed class LeaseTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Lease _lease;
    private long _renewedAt = long.MinValue;

    public LeaseTests()
    {
        _lease = new Lease(TimeSpan.FromSeconds(6), () => _renewedAt, _time);
    }

    [Fact]
    public void Who_has_nothing_may_write_nothing()
    {
        Assert.False(_lease.IsOpen);
        Hold(isAlone: false);
        Assert.True(_lease.IsOpen);

        _lease.Lose();
        Assert.False(_lease.IsOpen);
    }

    [Fact]
    public void Among_others_the_coordinators_word_lasts_two_seconds_less_than_the_session()
    {
        Hold(isAlone: false);
        Pass(3.8);
        Assert.True(_lease.IsOpen);

        Pass(0.4);
        Assert.False(_lease.IsOpen);

        _renewedAt = _time.GetTimestamp();
        Assert.True(_lease.IsOpen);
    }

    [Fact]
    public void Alone_no_coordinator_is_needed()
    {
        Hold(isAlone: true);
        Pass(100);

        Assert.True(_lease.IsOpen);
    }

    [Fact]
    public void Who_stood_still_writes_nothing_before_the_coordinator_answers_again()
    {
        Hold(isAlone: true);

        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(_lease.IsOpen);
        Pass(2);
        Assert.False(_lease.IsOpen);

        _renewedAt = _time.GetTimestamp();
        Assert.True(_lease.IsOpen);
    }

    [Fact]
    public void After_everything_was_given_back_last_words_may_be_written()
    {
        Hold(isAlone: false);
        Pass(10);
        _lease.Leave();

        Assert.True(_lease.IsOpen);
    }

    private void Hold(bool isAlone)
    {
        Pass(0.2);
        _renewedAt = _time.GetTimestamp();
        _lease.Hold(isAlone);
    }

    /// <summary>Time passes, and the process runs.</summary>
    private void Pass(double seconds)
    {
        for (var passed = 0.0; passed < seconds - 0.01; passed += 0.2)
        {
            _time.Advance(TimeSpan.FromSeconds(0.2));
            _lease.Tick();
        }
    }
}
