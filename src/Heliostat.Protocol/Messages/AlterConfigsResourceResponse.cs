using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>The outcome for one resource of AlterConfigs or IncrementalAlterConfigs.</summary>
public sealed class AlterConfigsResourceResponse : IBody
{
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public ConfigResourceType ResourceType;
    public string ResourceName = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Enum8(ref ResourceType);
        w.String(ref ResourceName);
    }
}
