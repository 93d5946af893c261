using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Sets and removes what brokers check SCRAM logins with (KIP-554).</summary>
public sealed class AlterUserScramCredentialsRequest : IRequest<AlterUserScramCredentialsResponse>
{
    public List<ScramCredentialDeletion> Deletions = [];
    public List<ScramCredentialUpsertion> Upsertions = [];

    public Api Api => Api.AlterUserScramCredentials;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Deletions);
        w.Array(ref Upsertions);
    }
}

public sealed class ScramCredentialDeletion : IBody
{
    public string Name = "";
    public sbyte Mechanism;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int8(ref Mechanism);
    }
}

public sealed class ScramCredentialUpsertion : IBody
{
    public string Name = "";
    public sbyte Mechanism;
    public int Iterations;
    public ReadOnlyMemory<byte> Salt;
    public ReadOnlyMemory<byte> SaltedPassword;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int8(ref Mechanism);
        w.Int32(ref Iterations);
        w.Bytes(ref Salt);
        w.Bytes(ref SaltedPassword);
    }
}

public sealed class AlterUserScramCredentialsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<AlterUserScramCredentialsResult> Results = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Results);
    }
}

public sealed class AlterUserScramCredentialsResult : IBody
{
    public string User = "";
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref User);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
    }
}
