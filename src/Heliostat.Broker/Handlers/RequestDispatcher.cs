using System.Buffers.Binary;
using Heliostat.Broker.Brokers;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;
using Heliostat.Transport.Server;
using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Handlers;

/// <summary>Finds the handler of each request to one broker.</summary>
internal sealed partial class RequestDispatcher(BrokerNode broker, EmbeddedListener listener, ClusterState cluster,
    ILogger logger) : IRequestHandler
{
    /// <summary>API key, version, correlation id.</summary>
    private const int SmallestHeader = 8;

    /// <summary>Kafka's <c>sasl.server.max.receive.size</c>.</summary>
    private const int MaxLoginBytes = 512 * 1024;

    public async ValueTask HandleAsync(FramedServerConnection connection, Frame requestOwned, CancellationToken ct)
    {
        RequestContext? context = null;
        try
        {
            var frame = requestOwned.Memory;
            var peer = ConnectedPeer.Of(connection, listener, cluster);
            if (peer.Login.IsRaw)
            {
                await StepRawAsync(connection, peer, frame, ct);
                return;
            }

            if (frame.Length < SmallestHeader) MalformedFrameException.Throw("request is shorter than its header");

            var handler = HandlerTable.Find(BinaryPrimitives.ReadInt16BigEndian(frame.Span));
            var version = BinaryPrimitives.ReadInt16BigEndian(frame.Span[2..]);
            var (first, last) = handler is null ? ((short)0, (short)-1) : HandlerTable.Versions(handler, cluster.Options.NewestVersions);
            if (handler is null || first > last)
            {
                Log.UnknownApi(logger, broker.Id, connection.RemoteEndPoint, BinaryPrimitives.ReadInt16BigEndian(frame.Span));
                connection.Close(CloseReason.Refused);
                return;
            }

            if (!peer.Login.Admits(handler.Api.Key))
            {
                Log.NotAdmitted(logger, broker.Id, connection.RemoteEndPoint, handler.Api.Key);
                connection.Close(CloseReason.Refused);
                return;
            }

            if (frame.Length > MaxLoginBytes && handler.Api.Key is ApiKey.SaslHandshake or ApiKey.SaslAuthenticate)
            {
                connection.Close(CloseReason.BadFrameSize);
                return;
            }

            if (frame.Length > cluster.Options.MaxOtherRequestBytes && handler.Api != Api.Produce)
            {
                connection.Close(CloseReason.BadFrameSize);
                return;
            }

            if (version < first || version > last)
            {
                await RefuseVersionAsync(connection, handler.Api, version, frame, ct);
                return;
            }

            var header = ReadHeader(frame, handler.Api, version, out var headerBytes);
            context = new RequestContext(cluster, broker, connection, handler.Api, header, requestOwned)
            {
                HeaderBytes = headerBytes,
                Peer = peer,
                Listener = listener
            };
            await handler.ServeAsync(frame, context, ct);
        }
        finally
        {
            if (context is null) requestOwned.Dispose();
            else context.ReleaseRequest();
        }
    }

    public void Closed(FramedServerConnection connection, Exception? failure)
    {
        if (failure is not null) Log.HandlerFailed(logger, failure, broker.Id, connection.RemoteEndPoint);
    }

    /// <summary>
    /// A token without a header, as clients of brokers before 1.0 send them. A refusal has no words: the connection is closed.
    /// </summary>
    private static async ValueTask StepRawAsync(FramedServerConnection connection, ConnectedPeer peer, Memory<byte> token,
        CancellationToken ct)
    {
        var step = peer.Login.Step(token.Span);
        if (step.Refusal is not null)
        {
            connection.Close(CloseReason.Refused);
            return;
        }

        var buffer = connection.RentBuffer();
        BinaryPrimitives.WriteInt32BigEndian(buffer.Take(sizeof(int)), step.Token.Length);
        buffer.Splice(step.Token);
        await connection.SendAsync(buffer, null, TimeSpan.Zero, ct);
    }

    private static RequestHeader ReadHeader(Memory<byte> frame, Api api, short version, out int byteCount)
    {
        var reader = new WireReader(frame, version, api.IsFlexible(version));
        var header = new RequestHeader();
        reader.Struct(ref header);
        byteCount = frame.Length - reader.Remaining;
        return header;
    }

    /// <summary>
    /// A version of ApiVersions that we do not know is answered in version 0, with what we do (KIP-511); others end the connection.
    /// </summary>
    private async ValueTask RefuseVersionAsync(FramedServerConnection connection, Api api, short version, Memory<byte> frame,
        CancellationToken ct)
    {
        Log.UnsupportedVersion(logger, broker.Id, connection.RemoteEndPoint, api.Key, version);
        if (api != Api.ApiVersions)
        {
            connection.Close(CloseReason.Refused);
            return;
        }

        await connection.SendAsync(Write(), null, TimeSpan.Zero, ct);

        WireBuffer Write()
        {
            var answer = ApiVersionsHandler.UnsupportedVersion(cluster.Options.NewestVersions);
            var buffer = connection.RentBuffer();
            buffer.Take(sizeof(int)).Clear();
            frame.Span.Slice(4, sizeof(int)).CopyTo(buffer.Take(sizeof(int)));
            new WireWriter(buffer, 0, false).Body(ref answer);
            buffer.PatchInt32(0, (int)buffer.TotalBytes - sizeof(int));
            return buffer;
        }
    }
}
