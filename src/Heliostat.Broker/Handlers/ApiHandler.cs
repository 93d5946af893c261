using Heliostat.Broker.Faults;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Server;
using Heliostat.Transport.Waiting;

namespace Heliostat.Broker.Handlers;

/// <summary>What is the same for every API: reading, faults, answering.</summary>
internal abstract class ApiHandler<TRequest, TResponse> : IApiHandler
    where TRequest : class, IRequest<TResponse>, new()
    where TResponse : class, IBody, new()
{
    public Api Api { get; } = new TRequest().Api;

    public virtual short MinVersion => Api.MinVersion;

    public virtual short MaxVersion => Api.MaxVersion;

    public async ValueTask ServeAsync(Memory<byte> frame, RequestContext context, CancellationToken ct)
    {
        var request = Read(frame, context);
        var fault =
            context.Cluster.Faults.Decide(new FaultyRequest(context.Broker.Id, Api.Key, context.Version, context.ClientId, request));
        if (fault.Close)
        {
            context.Connection.Close(CloseReason.Refused);
            return;
        }

        if (fault.Until is { } until) await until.WaitHereAsync(ct);
        var response = (TResponse?)fault.Response
            ?? (fault.Error != ErrorCode.None ? Refuse(request, context, fault.Error) : await HandleAsync(request, context, ct));
        if (response is null) return;

        if (fault.CutAfterBytes is { } bytes) context.Connection.CutAfter(bytes);
        await context.Connection.SendAsync(Write(response, context), context.AnswerOwned, fault.Delay, ct);
    }

    /// <summary>Does what is asked. Null sends no answer.</summary>
    protected abstract ValueTask<TResponse?> HandleAsync(TRequest request, RequestContext context, CancellationToken ct);

    /// <summary>The answer with this error in every place for one, as Kafka gives it when it serves nothing of the request.</summary>
    protected abstract TResponse Refuse(TRequest request, RequestContext context, ErrorCode error);

    /// <summary>A request to be read into; one that was used before has its lists emptied by that.</summary>
    protected virtual TRequest NewRequest(RequestContext context) => new();

    private TRequest Read(Memory<byte> frame, RequestContext context)
    {
        var reader = new WireReader(frame[context.HeaderBytes..], context.Version, context.Api.IsFlexible(context.Version));
        var request = NewRequest(context);
        reader.Body(ref request);
        return request;
    }

    private static WireBuffer Write(TResponse response, RequestContext context)
    {
        var buffer = context.Connection.RentBuffer();
        buffer.Take(sizeof(int)).Clear();
        var header = new ResponseHeader { CorrelationId = context.CorrelationId };
        var headerVersion = context.Api.ResponseHeaderVersion(context.Version);
        new WireWriter(buffer, headerVersion, headerVersion >= ResponseHeader.FlexibleFrom).Body(ref header);
        new WireWriter(buffer, context.Version, context.Api.IsFlexible(context.Version)).Body(ref response);
        buffer.PatchInt32(0, checked((int)(buffer.TotalBytes - sizeof(int))));
        return buffer;
    }
}
