namespace Heliostat.Client.Authentication.Jaas;

/// <summary>What becomes of an option that was meant for a JVM.</summary>
public enum JavaOptionUse
{
    /// <summary>It counts here too.</summary>
    Taken,

    /// <summary>It is about the JVM and means nothing here.</summary>
    Ignored,

    /// <summary>It had an effect there that is missing here: worth a warning.</summary>
    WithoutEffect,

    /// <summary>Going on without it would do something else than was asked for.</summary>
    Refused,
}
