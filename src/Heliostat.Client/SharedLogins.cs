namespace Heliostat.Client;

/// <summary>
/// The logins that clients of one process may share: one for each cluster and each identity there, whatever roles have it. Never more: Java
/// shares what has one JAAS line, and so shows the token of one cluster to another.
/// </summary>
public sealed class SharedLogins
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Cluster, SaslOptions Options), object> _logins = [];

    /// <summary>
    /// What <paramref name="make"/> made when the login of <paramref name="options"/> at the cluster was asked for first.
    /// </summary>
    internal T Of<T>(string cluster, SaslOptions options, Func<T> make)
        where T : class
    {
        lock (_gate)
        {
            if (_logins.TryGetValue((cluster, options), out var known))
            {
                return (T)known;
            }

            var made = make();
            _logins[(cluster, options)] = made;
            return made;
        }
    }

    /// <summary>The options are not those of the cluster any more: who still has their login keeps it, and nobody else gets it.</summary>
    internal void Forget(string cluster, SaslOptions options)
    {
        lock (_gate)
        {
            _logins.Remove((cluster, options));
        }
    }
}
