using System.Buffers;
using System.IO.Compression;

namespace Heliostat.Protocol.Compression;

/// <summary>gzip through the framework. Streams of several members joined are read as one, as Java does.</summary>
internal static class GzipCodec
{
    public const int DefaultLevel = -1;

    public static void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level)
    {
        var options = new ZLibCompressionOptions { CompressionLevel = level };
        using var gzip = new GZipStream(new BufferWriterStream(destination), options);
        gzip.Write(source);
    }

    public static void Decompress(ReadOnlySpan<byte> source, DecompressionBuffer destination)
    {
        var copyOwned = ArrayPool<byte>.Shared.Rent(source.Length);
        try
        {
            source.CopyTo(copyOwned);
            using var gzip = new GZipStream(new MemoryStream(copyOwned, 0, source.Length), CompressionMode.Decompress);
            while (true)
            {
                var room = destination.Reserve(0);
                var read = room.Length > 0 ? gzip.Read(room) : gzip.ReadByte() + 1;
                if (read == 0) break;
                if (room.Length == 0) destination.Reserve(1); // says that the bound is reached
                destination.Advance(read);
            }
        }
        catch (InvalidDataException e)
        {
            MalformedFrameException.Throw("gzip: " + e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copyOwned);
        }
    }
}
