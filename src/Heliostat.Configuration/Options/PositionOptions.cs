namespace Heliostat.Configuration.Options;

/// <summary>Where a flow's positions live, and with that who owns its lanes.</summary>
public abstract record PositionOptions
{
    private protected PositionOptions()
    {
    }
}
