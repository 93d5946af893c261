namespace Heliostat.Mirroring.Pump;

/// <summary>Looks at lanes when they are due.</summary>
internal interface ILaneClock
{
    /// <summary>
    /// <see cref="Lane.Look"/> is to be called at <paramref name="at"/>, as timestamps count. Called with the lane's lock held: must not
    /// call the lane.
    /// </summary>
    void Due(Lane lane, long at);
}
