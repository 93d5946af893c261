using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>A request body that knows its API and the type of its answer.</summary>
public interface IRequest<TResponse> : IBody where TResponse : IBody, new()
{
    /// <summary>The API this request belongs to.</summary>
    Api Api { get; }

    /// <summary>The oldest version that can carry the fields that are set; a caller never sends an older one.</summary>
    short MinVersion => 0;

    /// <summary>The newest version that can carry the fields that are set, where a newer one names things another way.</summary>
    short MaxVersion => short.MaxValue;
}
