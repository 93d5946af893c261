using System.Runtime.InteropServices;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>Bytes in the library's reach, ours to free; and bytes out of its buffers, which are its own to free.</summary>
internal sealed class GssBytes : IDisposable
{
    private GssNative.Buffer _buffer;

    public GssBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            _buffer = new GssNative.Buffer { Length = (nuint)bytes.Length, Value = Marshal.AllocHGlobal(bytes.Length) };
            Marshal.Copy(bytes.ToArray(), 0, _buffer.Value, bytes.Length);
        }
    }

    public ref readonly GssNative.Buffer Buffer => ref _buffer;

    /// <summary>A copy of what the library gave; its buffer is freed.</summary>
    public static byte[] Take(ref GssNative.Buffer buffer)
    {
        var bytes = new byte[checked((int)buffer.Length)];
        if (buffer.Value != 0)
        {
            Marshal.Copy(buffer.Value, bytes, 0, bytes.Length);
            GssNative.ReleaseBuffer(out _, ref buffer);
        }

        return bytes;
    }

    public void Dispose()
    {
        if (_buffer.Value != 0)
        {
            Marshal.FreeHGlobal(_buffer.Value);
            _buffer = default;
        }
    }
}
