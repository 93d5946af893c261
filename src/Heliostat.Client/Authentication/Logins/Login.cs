using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Authentication.Logins;

/// <summary>
/// The credential of one role of one cluster, got once for all connections and renewed before it ends:
/// <code>
/// none --asked for--> getting --got--> good --time to renew--> good, renewing --failed--> good until it ends, tried again after 10 s
///                        |                                            |
///                     failed: all who wait fail                    got: good
/// </code>
/// Nobody waits for a renewal while there is a good one: the loop renews, or, when none runs, the first who finds it due.
/// </summary>
internal sealed partial class Login<T>(
    ICredentialSource<T> source, RefreshOptions refresh, string cluster, TimeProvider time, Random random,
    ILogger logger) : ICredentialSource<T>, ILogin
    where T : class, IExpiringCredential
{
    /// <summary>How long after a failed renewal the next is tried, for ever (<c>ExpiringCredentialRefreshingLogin</c>).</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>Timers take no more than 49 days, and some tokens live longer.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private T? _current;
    private DateTimeOffset _renewAt;
    private SaslException? _failure;
    private TaskCompletionSource? _getting;
    private int _loops;

    public string Identity => source.Identity;

    /// <summary>A good credential; the one at hand while it is good and need not be renewed.</summary>
    public ValueTask<T> GetAsync(CancellationToken ct) => GetAsync(isLoop: false, ct);

    public async Task RunAsync(CancellationToken ct)
    {
        AddLoop(1);
        try
        {
            while (!ct.IsCancellationRequested)
            {
                await Task.Delay(await RenewedAsync(ct), time, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Told to stop.
        }
        finally
        {
            AddLoop(-1);
        }
    }

    private async ValueTask<T> GetAsync(bool isLoop, CancellationToken ct)
    {
        for (var waited = false; ; waited = true)
        {
            TaskCompletionSource mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task? others;
            lock (_gate)
            {
                if (AtHand(isLoop) is { } good)
                {
                    return good;
                }

                // What just failed for all who waited is not tried again by each of them.
                if (waited && _failure is { } failed)
                {
                    throw new SaslException(failed.Failure, failed.Message, failed);
                }

                others = _getting?.Task;
                _getting ??= mine;
            }

            if (others is not null)
            {
                await others.WaitHereAsync(ct);
                continue;
            }

            return await RenewAsync(mine, ct);
        }
    }

    /// <summary>Renews what is due and gives the wait until the next time.</summary>
    private async ValueTask<TimeSpan> RenewedAsync(CancellationToken ct)
    {
        try
        {
            await GetAsync(isLoop: true, ct);
            return UntilRenewal();
        }
        catch (SaslException)
        {
            // Told to those who wait for it; without them nobody needs it yet.
            return RetryAfter;
        }
    }

    private void AddLoop(int one)
    {
        lock (_gate)
        {
            _loops += one;
        }
    }

    private TimeSpan UntilRenewal()
    {
        lock (_gate)
        {
            var wait = _renewAt - time.GetUtcNow();
            return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
        }
    }

    private T? AtHand(bool isLoop)
    {
        var now = time.GetUtcNow();
        var isDue = now >= _renewAt && (isLoop || (_loops == 0 && _getting is null));
        return _current is { } current && now < current.Expires && !isDue ? current : null;
    }

    private async ValueTask<T> RenewAsync(TaskCompletionSource getting, CancellationToken ct)
    {
        try
        {
            var credential = await source.GetAsync(ct);
            var now = time.GetUtcNow();
            lock (_gate)
            {
                _current = credential;
                _renewAt = refresh.At(credential.Start, credential.Expires, now, random.NextDouble());
                if (_failure is not null)
                {
                    Log.Renewed(logger, cluster, Identity, credential.Expires);
                    _failure = null;
                }
            }

            return credential;
        }
        catch (SaslException failed)
        {
            if (KeepOld(failed) is { } old)
            {
                return old;
            }

            throw;
        }
        finally
        {
            lock (_gate)
            {
                _getting = null;
            }

            getting.SetResult();
        }
    }

    /// <summary>The old credential while it is good, after a renewal failed; null when there is none.</summary>
    private T? KeepOld(SaslException failed)
    {
        lock (_gate)
        {
            _failure = failed;
            var now = time.GetUtcNow();
            if (_current is not { } current || now >= current.Expires)
            {
                return null;
            }

            _renewAt = now + RetryAfter;
            Log.NotRenewed(logger, cluster, Identity, failed.Message, current.Expires);
            return current;
        }
    }
}
