namespace Heliostat.Client.Membership;

/// <summary>The codes by which a broker says that it is not, or not yet, the coordinator that was asked for.</summary>
internal static class CoordinatorErrors
{
    public static bool IsCoordinatorMove(this ErrorCode code) =>
        code is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress;
}
