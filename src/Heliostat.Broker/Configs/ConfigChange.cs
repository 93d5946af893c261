namespace Heliostat.Broker.Configs;

/// <summary>A change of one setting, with Kafka's numbers for the operations (AlterConfigOp.OpType).</summary>
internal readonly record struct ConfigChange(string Name, sbyte Operation, string? Value)
{
    public const sbyte Set = 0;
    public const sbyte Delete = 1;
    public const sbyte Append = 2;
    public const sbyte Subtract = 3;
}
