using System.Security.Cryptography;

namespace Heliostat.Transport.Security.Stores;

/// <summary>
/// What was read from files, read again when their content changes: certificates are renewed while a mirror runs. What cannot be read anew
/// leaves the old in use. The content decides, not the time of change: mounted secrets are links whose own time stays.
/// </summary>
public sealed class WatchedStore<T> where T : class
{
    /// <summary>Files are looked at no more often than this.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Func<T> _load;
    private readonly IReadOnlyList<string> _files;
    private readonly TimeProvider _time;
    private byte[] _seen;
    private long _lookedAt;
    private T _current;

    /// <summary>Loads at once; what <paramref name="load"/> throws goes to the caller.</summary>
    public WatchedStore(Func<T> load, IReadOnlyList<string> files, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(time);
        _load = load;
        _files = files;
        _time = time;
        _seen = Look();
        _lookedAt = time.GetTimestamp();
        _current = load();
    }

    /// <summary>What was read last and was good.</summary>
    public T Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Looks at the files, at most once a second, and reads them again when they changed; null when nothing was to do.</summary>
    public StoreReload? Refresh()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_lookedAt) < Interval)
            {
                return null;
            }

            _lookedAt = _time.GetTimestamp();
            var now = Look();
            if (now.AsSpan().SequenceEqual(_seen))
            {
                return null;
            }

            _seen = now;
            try
            {
                _current = _load();
                return new StoreReload(true, $"read again: {string.Join(", ", _files)}");
            }
            catch (StoreException failed)
            {
                return new StoreReload(false, $"what was read before stays in use: {failed.Key}: {failed.Message}");
            }
        }
    }

    private byte[] Look()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in _files)
        {
            try
            {
                hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                hash.AppendData("-"u8);
            }
        }

        return hash.GetHashAndReset();
    }
}
