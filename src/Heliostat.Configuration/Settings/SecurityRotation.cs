using Heliostat.Client;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Configuration.Settings;

/// <summary>
/// The security of all clients of some files, which are read again while the clients run: the files themselves, what providers give, JAAS
/// files, stores. What is wrong in them leaves the old in use, and so does what would change the way to connect rather than what is shown
/// there: a file that is just being written may lack half of its lines.
/// </summary>
/// <param name="readAgain">Reads the files anew; throws <see cref="ConfigurationException"/>.</param>
internal sealed class SecurityRotation(Func<SecurityRotation> readAgain)
{
    private static readonly TimeSpan MaxAgeOfDoubted = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Client> _clients = new(StringComparer.Ordinal);
    private long? _readAt;
    private string? _failure;

    /// <summary>A client of the files; null when it has no security that could change.</summary>
    public ISecuritySource? Add(string client, string cluster, SecurityOptions security, TimeSpan maxAge)
    {
        var added = _clients[client] = new Client(this, cluster, security, maxAge);
        return security == SecurityOptions.Plaintext ? null : added;
    }

    private StoreReload? Refresh(TimeProvider time, TimeSpan maxAge)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_readAt is { } at && (maxAge == Timeout.InfiniteTimeSpan || time.GetElapsedTime(at, now) < maxAge))
            {
                return null;
            }

            var isFirst = _readAt is null;
            _readAt = now;
            return isFirst ? null : Read();
        }
    }

    private StoreReload? Read()
    {
        string? failure = null;
        HashSet<string> changed = [];
        try
        {
            var fresh = readAgain();
            foreach (var (name, client) in _clients)
            {
                if (fresh._clients.TryGetValue(name, out var again) && again.Current != client.Current)
                {
                    failure ??= Take(name, client, again, changed);
                }
            }
        }
        catch (ConfigurationException wrong)
        {
            failure = $"{wrong.Problems[0]}";
        }

        var isNew = failure is not null && failure != _failure;
        _failure = failure;
        return isNew ? new StoreReload(false, $"what was read before stays in use: {failure}")
            : changed.Count > 0
                ? new StoreReload(true, $"read again: what is shown to {string.Join(" and ", changed.Order(StringComparer.Ordinal))}")
            : null;
    }

    /// <summary>Why it cannot be taken; null when it was.</summary>
    private static string? Take(string name, Client client, Client again, HashSet<string> changed)
    {
        if (WayOf(client.Current) != WayOf(again.Current))
        {
            return $"{name}: security.protocol, sasl.mechanism or whether there is a trust store changed, which takes a restart";
        }

        client.Current = again.Current;
        changed.Add(client.Cluster);
        return null;
    }

    /// <summary>How one connects, whatever is shown there.</summary>
    private static (bool IsTls, bool IsTrustNamed, string? Mechanism) WayOf(SecurityOptions security) =>
        (security.Tls is not null, security.Tls?.Trust.IsNamed == true, security.Sasl?.Mechanism);

    private sealed class Client(SecurityRotation rotation, string cluster, SecurityOptions security, TimeSpan maxAge) : ISecuritySource
    {
        private volatile SecurityOptions _current = security;

        public string Cluster => cluster;

        public SecurityOptions Current
        {
            get => _current;
            set => _current = value;
        }

        public TimeSpan MaxAge => maxAge;

        public StoreReload? Refresh(TimeProvider time, bool isDoubted) => rotation.Refresh(time, isDoubted ? MaxAgeOfDoubted : maxAge);
    }
}
