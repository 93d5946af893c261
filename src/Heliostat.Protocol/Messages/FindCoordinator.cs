using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>
/// Finds the coordinator of a group (key type 0), a transactional id (1) or a share group (2): <see cref="Key"/> to version 3,
/// <see cref="CoordinatorKeys"/> from 4.
/// </summary>
public sealed class FindCoordinatorRequest : IRequest<FindCoordinatorResponse>
{
    public string Key = "";
    public CoordinatorType KeyType;
    public List<string> CoordinatorKeys = [];

    public Api Api => Api.FindCoordinator;

    public short MinVersion => (short)(CoordinatorKeys.Count > (Key.Length > 0 ? 1 : 0) ? 4 : KeyType != 0 ? 1 : 0);

    /// <summary>3 while only <see cref="Key"/> is set.</summary>
    public short MaxVersion => CoordinatorKeys.Count > 0 ? short.MaxValue : (short)3;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 3) w.String(ref Key);
        if (w.Version >= 1) w.Enum8(ref KeyType);
        if (w.Version >= 4) w.StringArray(ref CoordinatorKeys);
    }
}

/// <summary>The answer for one key in the fields of versions 0 to 3, for many in <see cref="Coordinators"/> from 4.</summary>
public sealed class FindCoordinatorResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public int NodeId;
    public string Host = "";
    public int Port;
    public List<Coordinator> Coordinators = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.Int32(ref ThrottleTimeMs);
        if (w.Version <= 3) w.Error(ref ErrorCode);
        if (w.Version is >= 1 and <= 3) w.NullableString(ref ErrorMessage);
        if (w.Version <= 3) w.Int32(ref NodeId);
        if (w.Version <= 3) w.String(ref Host);
        if (w.Version <= 3) w.Int32(ref Port);
        if (w.Version >= 4) w.Array(ref Coordinators);
    }
}

public sealed class Coordinator : IBody
{
    public string Key = "";
    public int NodeId;
    public string Host = "";
    public int Port;
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Key);
        w.Int32(ref NodeId);
        w.String(ref Host);
        w.Int32(ref Port);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
    }
}
