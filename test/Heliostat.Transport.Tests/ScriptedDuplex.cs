using Heliostat.Protocol.Wire;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Tests;

/// <summary>Bytes without a network: the test knows when each piece was taken.</summary>
internal sealed class ScriptedDuplex : IDuplex
{
    private readonly SemaphoreSlim _given = new(0);
    private readonly SemaphoreSlim _asked = new(0);
    private ReadOnlyMemory<byte> _bytes;
    private bool _disposed;

    public async ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        if (_bytes.IsEmpty)
        {
            _asked.Release();
            await _given.WaitAsync();
        }

        if (_disposed)
        {
            return 0;
        }

        var count = Math.Min(into.Length, _bytes.Length);
        _bytes[..count].CopyTo(into);
        _bytes = _bytes[count..];
        return count;
    }

    public ValueTask SendAsync(WireBuffer message) => ValueTask.CompletedTask;

    /// <summary>Ends when the connection asks for bytes: all that it was given before is dealt with.</summary>
    public Task AskedAsync() => _asked.WaitAsync().WaitAsync(TimeSpan.FromSeconds(30));

    public void Give(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        _given.Release();
    }

    public void Dispose()
    {
        _disposed = true;
        _given.Release();
    }
}
