using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Lists SCRAM mechanisms and iteration counts, no secrets; null users mean all (KIP-554).</summary>
public sealed class DescribeUserScramCredentialsRequest : IRequest<DescribeUserScramCredentialsResponse>
{
    public List<UserName>? Users = [];

    public Api Api => Api.DescribeUserScramCredentials;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.NullableArray(ref Users);
    }
}

public sealed class UserName : IBody
{
    public string Name = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
    }
}

public sealed class DescribeUserScramCredentialsResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public List<DescribeUserScramCredentialsResult> Results = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Array(ref Results);
    }
}

public sealed class DescribeUserScramCredentialsResult : IBody
{
    public string User = "";
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public List<CredentialInfo> CredentialInfos = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref User);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Array(ref CredentialInfos);
    }
}

public sealed class CredentialInfo : IBody
{
    public sbyte Mechanism;
    public int Iterations;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int8(ref Mechanism);
        w.Int32(ref Iterations);
    }
}
