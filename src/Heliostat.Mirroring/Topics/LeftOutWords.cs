namespace Heliostat.Mirroring.Topics;

/// <summary>Says why topics are left out, and how to have it otherwise.</summary>
public static class LeftOutWords
{
    /// <summary>Behind "left out"; what there is to know of a single topic stands in its detail.</summary>
    public static string Of(LeftOutReason reason, string target) => reason switch
    {
        LeftOutReason.NotIncluded => "not matched by topics",
        LeftOutReason.Excluded => @"matched by topics.exclude, which is 'mm2.*\.internal, .*\.replica, __.*' unless set",
        LeftOutReason.Internal => "internal to Kafka or to a mirror",
        LeftOutReason.Cycle => $"came from {target}, by their names; a topic that did not needs another name",
        LeftOutReason.Denied => "may not go to that cluster, by heliostat.residency.deny",
        LeftOutReason.NameTooLong => "names too long",
        LeftOutReason.NameInvalid => "names not allowed",
        LeftOutReason.CameRound => "were on one of the two clusters before, under another mirror's aliases",
        LeftOutReason.TooManyHops => "mirrored too often: mirrors feed each other",
        LeftOutReason.Ring => "would go round, and another flow has them",
        LeftOutReason.RingUndecided => "would go round, and who has them is not decided yet",
        _ => "names taken",
    };
}
