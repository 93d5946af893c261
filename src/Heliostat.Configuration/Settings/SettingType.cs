namespace Heliostat.Configuration.Settings;

/// <summary>Kafka's types of settings, <c>org.apache.kafka.common.config.ConfigDef.Type</c>.</summary>
public enum SettingType
{
    Boolean,
    Short,
    Int,
    Long,
    Double,
    String,
    List,
    Class,
    Password,
}
