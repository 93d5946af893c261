using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Logins;
using Heliostat.Testing;

namespace Heliostat.Client.Tests.Authentication.Logins;

public sealed class LoginTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLoggerFactory _log = new();
    private readonly ScriptedSource _source;
    private readonly Login<Credential> _login;

    public LoginTests()
    {
        _source = new ScriptedSource(_time);
        _login = new Login<Credential>(_source, new RefreshOptions { WindowJitter = 0 }, "source", _time, new Random(1), _log);
    }

    [Fact]
    public async Task All_who_ask_share_one_credential_until_it_is_time_to_renew()
    {
        var first = await _login.GetAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(2879));
        Assert.Same(first, await _login.GetAsync(CancellationToken.None));

        _time.Advance(TimeSpan.FromSeconds(1));
        var second = await _login.GetAsync(CancellationToken.None);

        Assert.NotSame(first, second);
        Assert.Equal(2, _source.Asked);
    }

    [Fact]
    public async Task Those_who_ask_while_it_is_got_wait_for_it()
    {
        _source.Hold = new TaskCompletionSource();
        Task<Credential>[] asking = [.. Enumerable.Range(0, 5).Select(_ => _login.GetAsync(CancellationToken.None).AsTask())];

        _source.Hold.SetResult();
        var all = await Task.WhenAll(asking);

        Assert.Single(all.Distinct());
        Assert.Equal(1, _source.Asked);
    }

    [Fact]
    public async Task A_failure_reaches_all_who_wait_and_the_next_one_tries_again()
    {
        _source.Hold = new TaskCompletionSource();
        _source.Failing = true;
        Task<Credential>[] asking = [.. Enumerable.Range(0, 3).Select(_ => _login.GetAsync(CancellationToken.None).AsTask())];

        _source.Hold.SetResult();
        foreach (var one in asking)
        {
            await Assert.ThrowsAsync<SaslException>(() => one);
        }

        Assert.Equal(1, _source.Asked);
        _source.Failing = false;
        Assert.NotNull(await _login.GetAsync(CancellationToken.None));
        Assert.Equal(2, _source.Asked);
    }

    [Fact]
    public async Task One_who_gives_up_waiting_takes_nobody_along()
    {
        _source.Hold = new TaskCompletionSource();
        using var cancelled = new CancellationTokenSource();
        var impatient = _login.GetAsync(cancelled.Token).AsTask();
        var patient = _login.GetAsync(CancellationToken.None).AsTask();

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        _source.Hold.SetResult();

        Assert.NotNull(await patient);
        Assert.Equal(2, _source.Asked);
    }

    [Fact]
    public async Task A_renewal_that_fails_leaves_the_old_one_in_use_until_its_end_and_is_tried_every_10_seconds()
    {
        var first = await _login.GetAsync(CancellationToken.None);
        _source.Failing = true;
        _time.Advance(TimeSpan.FromSeconds(2880));

        Assert.Same(first, await _login.GetAsync(CancellationToken.None));
        Assert.Same(first, await _login.GetAsync(CancellationToken.None));
        Assert.Equal(2, _source.Asked);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Same(first, await _login.GetAsync(CancellationToken.None));
        Assert.Equal(3, _source.Asked);
        Assert.StartsWith(
            "Warning source: the credential of scripted could not be renewed: no; the old one is good until 2026-01-02 04:04:05Z",
            _log.Lines.First(), StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(710));
        await Assert.ThrowsAsync<SaslException>(() => _login.GetAsync(CancellationToken.None).AsTask());

        _source.Failing = false;
        Assert.NotSame(first, await _login.GetAsync(CancellationToken.None));
        Assert.StartsWith("Information source: the credential of scripted is renewed", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_waits_for_a_renewal_while_the_old_one_is_good()
    {
        var first = await _login.GetAsync(CancellationToken.None);
        _source.Hold = new TaskCompletionSource();
        _time.Advance(TimeSpan.FromSeconds(3000));

        var renewing = _login.GetAsync(CancellationToken.None).AsTask();
        Assert.Same(first, await _login.GetAsync(CancellationToken.None));
        Assert.False(renewing.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(600));
        var late = _login.GetAsync(CancellationToken.None).AsTask();
        Assert.False(late.IsCompleted);
        _source.Hold.SetResult();
        Assert.Same(await renewing, await late);
    }

    [Fact]
    public async Task While_the_loop_runs_it_alone_renews()
    {
        using var stop = new CancellationTokenSource();
        var running = _login.RunAsync(stop.Token);
        var first = await _login.GetAsync(CancellationToken.None);
        _source.Hold = new TaskCompletionSource();
        await MoveUntilAsync("the loop's renewal", () => _source.Asked == 2, TimeSpan.FromMinutes(1));

        Assert.Same(first, await _login.GetAsync(CancellationToken.None));
        Assert.Equal(2, _source.Asked);

        _source.Hold.SetResult();
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task The_loop_renews_without_anybody_asking()
    {
        using var stop = new CancellationTokenSource();
        var running = _login.RunAsync(stop.Token);
        Assert.Equal(1, _source.Asked);

        await MoveUntilAsync("a renewal", () => _source.Asked == 2);
        _source.Failing = true;
        await MoveUntilAsync("attempts after a failure", () => _source.Asked >= 5);

        await stop.CancelAsync();
        await running;
    }

    /// <summary>Moves the clock in steps: the loop may not wait yet when it is moved.</summary>
    private Task MoveUntilAsync(string what, Func<bool> condition, TimeSpan? step = null) => Eventually.TrueAsync(
        what,
        TimeSpan.FromSeconds(30),
        () =>
        {
            _time.Advance(step ?? TimeSpan.FromMinutes(10));
            return condition();
        },
        CancellationToken.None);

    private sealed record Credential(DateTimeOffset? Start, DateTimeOffset Expires) : IExpiringCredential;

    private sealed class ScriptedSource(TimeProvider time) : ICredentialSource<Credential>
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public bool Failing { get; set; }

        public TaskCompletionSource? Hold { get; set; }

        public string Identity => "scripted";

        public async ValueTask<Credential> GetAsync(CancellationToken ct)
        {
            Interlocked.Increment(ref _asked);
            if (Hold is { } hold)
            {
                await hold.Task.WaitAsync(ct);
            }

            var now = time.GetUtcNow();
            return Failing ? throw new SaslException(SaslFailure.Unavailable, "no") : new Credential(now, now + TimeSpan.FromHours(1));
        }
    }
}
