using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>What the operator says about a session in a hall; it is part of each lot's terms.</summary>
public sealed record HallWriting(Guid House, string? Place, string? StreamUrl, int WarningSeconds, TieRule TieGoesTo, int FloorFrom, int FloorTo);

/// <summary>What the house says: proofs of 公告, 展示 and rules, and its recorder. A file that is not given stays what it was.</summary>
public sealed record HallProofs(
    Guid? Recorder, string? NoticeMedium, DateOnly? NoticeDate, string? NoticeSha256, DateOnly? DisplayFrom, DateOnly? DisplayTo, string? DisplayPlace, string? RulesSha256);

/// <summary>Somebody at the desk of a session: who, as the record says it.</summary>
public sealed record HallSeat(Membership Member, HallOfficer Officer)
{
    /// <summary>资格证号 of an auctioneer, the name of a recorder.</summary>
    public string By => Officer.Qualification is { Length: > 0 } number ? number : Officer.Name;
}

/// <summary>Sessions in a hall: who holds them, what is proven, and who may sit at the desk.</summary>
public sealed class Halls(MarketplaceDb db, CurrentActor actor, IGrainFactory grains)
{
    public Task<HallSession?> Find(Guid session, CancellationToken cancellation = default) =>
        db.Set<HallSession>().SingleOrDefaultAsync(s => s.Session == session, cancellation);

    /// <summary>The hall of a lot's session; null when the lot is sold by the platform's own 竞价.</summary>
    public Task<HallSession?> OfLot(Lot lot, CancellationToken cancellation = default) =>
        lot.Session is { } session ? Find(session, cancellation) : Task.FromResult<HallSession?>(null);

    public async Task<Result<HallSession>> Arrange(Session session, HallWriting writing, CancellationToken cancellation = default)
    {
        var house = await db.Set<Organisation>().AsNoTracking().SingleOrDefaultAsync(o => o.Id == writing.House && o.Kind == OrganisationKind.AuctionHouse, cancellation);
        if (house is not { State: VerificationState.Verified }) return Result<HallSession>.Refuse(Refusal.Required, "house");
        if (house.Demo != session.Demo) return Result<HallSession>.Refuse(Refusal.DemoMeetsReal, "house");
        var place = Text.Require(writing.Place, 200, "place");
        if (!place.Done) return Result<HallSession>.Refuse(place.Refusal.Value, "place");
        var stream = string.IsNullOrWhiteSpace(writing.StreamUrl) ? null : writing.StreamUrl.Trim();
        if (stream is not null && !(Uri.TryCreate(stream, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && stream.Length <= 500))
            return Result<HallSession>.Refuse(Refusal.MalformedRequest, "streamUrl");
        var terms = new HallTerms(writing.WarningSeconds, writing.TieGoesTo, writing.FloorFrom, writing.FloorTo);
        if (terms.FirstFault() is { } fault) return Result<HallSession>.Refuse(Refusal.TermsInvalid, fault);
        var hall = await Find(session.Id, cancellation);
        // What a published announcement says, or makes of a session, stays.
        if (await db.LotsWithRehearsals().AnyAsync(l => l.Session == session.Id && (l.State == LotState.Announced || l.State == LotState.Announcing), cancellation)
            && (hall is null || hall.House != house.Id || hall.Terms != terms)) return Refusal.HallSessionFixed;
        if (hall is null)
        {
            db.Add(hall = new HallSession { Session = session.Id, House = house.Id, Place = "", WarningSeconds = 10, TieGoesTo = TieRule.FirstReceived, FloorFrom = 1, FloorTo = 1 });
        }

        (hall.House, hall.Place, hall.StreamUrl) = (house.Id, place.Value, stream);
        (hall.WarningSeconds, hall.TieGoesTo, hall.FloorFrom, hall.FloorTo) = (terms.WarningSeconds, terms.TieGoesTo, terms.FloorFrom, terms.FloorTo);
        hall.Version++;
        await db.SaveChangesAsync(cancellation);
        return hall;
    }

    public async Task<Result<Nothing>> Prove(HallSession hall, HallProofs proofs, CancellationToken cancellation = default)
    {
        var medium = Text.Allow(proofs.NoticeMedium, 200, "noticeMedium");
        if (!medium.Done) return Result<Nothing>.Refuse(medium.Refusal.Value, "noticeMedium");
        var place = Text.Allow(proofs.DisplayPlace, 200, "displayPlace");
        if (!place.Done) return Result<Nothing>.Refuse(place.Refusal.Value, "displayPlace");
        (hall.NoticeMedium, hall.NoticeDate, hall.DisplayPlace) = (medium.Value, proofs.NoticeDate, place.Value);
        (hall.DisplayFrom, hall.DisplayTo, hall.Recorder) = (proofs.DisplayFrom, proofs.DisplayTo, proofs.Recorder);
        (hall.NoticeSha256, hall.RulesSha256) = (proofs.NoticeSha256 ?? hall.NoticeSha256, proofs.RulesSha256 ?? hall.RulesSha256);
        hall.Version++;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    public async Task Mandate(string lot, string? sha256, DateOnly? date, DateTimeOffset? roadshowAt, CancellationToken cancellation = default)
    {
        var row = await db.Set<HallLot>().SingleOrDefaultAsync(l => l.Lot == lot, cancellation);
        if (row is null) db.Add(row = new HallLot { Lot = lot });
        (row.MandateSha256, row.MandateDate, row.RoadshowAt) = (sha256 ?? row.MandateSha256, date, roadshowAt);
        await db.SaveChangesAsync(cancellation);
    }

    public async Task SetLicence(Guid house, string licence, DateOnly until, string? sha256, string? fileName, CancellationToken cancellation = default)
    {
        var row = await db.Set<AuctionHouse>().SingleOrDefaultAsync(h => h.Organisation == house, cancellation);
        if (row is null) db.Add(row = new AuctionHouse { Organisation = house, Licence = licence, LicenceUntil = until });
        (row.Licence, row.LicenceUntil) = (licence, until);
        if (sha256 is not null) (row.FileSha256, row.FileName) = (sha256, fileName);
        await db.SaveChangesAsync(cancellation);
    }

    public async Task SetOfficer(Guid house, Guid person, string name, string? qualification, CancellationToken cancellation = default)
    {
        var row = await db.Set<HallOfficer>().SingleOrDefaultAsync(o => o.Organisation == house && o.Person == person, cancellation);
        if (row is null) db.Add(row = new HallOfficer { Organisation = house, Person = person, Name = name });
        (row.Name, row.Qualification) = (name, qualification);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>A seat at the desk of this session's house; refused when the act, the house or the register of officers says no.</summary>
    public async Task<Result<HallSeat>> Seat(HallSession hall, Act act, CancellationToken cancellation = default)
    {
        var may = await actor.May(act, hall.House, cancellation);
        if (!may.Done) return may.Refusal.Value;
        var person = (await actor.Get(cancellation)).Person!.Value;
        var officer = await db.Set<HallOfficer>().AsNoTracking().SingleOrDefaultAsync(o => o.Organisation == hall.House && o.Person == person, cancellation);
        if (officer is null || (act == Act.RunHall && string.IsNullOrEmpty(officer.Qualification))) return Result<HallSeat>.Refuse(Refusal.HallGateOpen, nameof(HallGate.QualificationMissing));
        return new HallSeat(may.Value, officer);
    }

    /// <summary>What stands behind a lot, as far as it is there: missing parts are empty and stop the call.</summary>
    public async Task<HallPapers> PapersOf(HallSession hall, Lot lot, HallOfficer auctioneer, CancellationToken cancellation = default)
    {
        var house = await db.Set<AuctionHouse>().AsNoTracking().SingleOrDefaultAsync(h => h.Organisation == hall.House, cancellation);
        var name = await db.Set<Organisation>().Where(o => o.Id == hall.House).Select(o => o.Name).SingleAsync(cancellation);
        var mandate = await db.Set<HallLot>().AsNoTracking().SingleOrDefaultAsync(l => l.Lot == lot.Id, cancellation);
        var recorder = await db.Set<HallOfficer>().AsNoTracking().SingleOrDefaultAsync(o => o.Organisation == hall.House && o.Person == hall.Recorder, cancellation);
        return new HallPapers
        {
            House = name,
            HouseLicence = house is { FileSha256: not null } ? house.Licence : "",
            HouseLicenceUntil = house?.LicenceUntil ?? DateOnly.MinValue,
            Auctioneer = auctioneer.Name,
            Qualification = auctioneer.Qualification ?? "",
            Recorder = recorder?.Name ?? "",
            Place = hall.Place,
            MandateSha256 = mandate?.MandateSha256 ?? "",
            MandateDate = mandate?.MandateDate ?? DateOnly.MaxValue,
            NoticeMedium = hall.NoticeMedium ?? "",
            NoticeSha256 = hall.NoticeSha256 ?? "",
            NoticeDate = hall.NoticeDate ?? DateOnly.FromDateTime(DateTime.MaxValue.AddYears(-1)),
            DisplayFrom = hall.DisplayFrom ?? DateOnly.MinValue,
            DisplayTo = hall.DisplayTo ?? DateOnly.MinValue,
            DisplayPlace = hall.DisplayPlace ?? "",
            RulesSha256 = hall.RulesSha256 ?? "",
        };
    }

    /// <summary>揭槌. Lots are called in their order, and the one before is finished and countersigned.</summary>
    public async Task<Result<bool>> CallUp(HallSession hall, Lot lot, HallSeat seat, CancellationToken cancellation = default)
    {
        var before = await db.LotsWithRehearsals().AsNoTracking().Where(l => l.Session == hall.Session && l.State == LotState.Announced && l.Place < lot.Place)
            .OrderBy(l => l.Place).ToListAsync(cancellation);
        foreach (var earlier in before)
        {
            if (earlier.Outcome is null) return Result<bool>.Refuse(Refusal.LotBeforeNotDone, earlier.Id);
            if ((await grains.GetGrain<IAuctionGrain>(earlier.Id).LookAtDesk()).Unsigned.Count > 0) return Result<bool>.Refuse(Refusal.NotCountersigned, earlier.Id);
        }

        return await grains.GetGrain<IAuctionGrain>(lot.Id).CallUp(await PapersOf(hall, lot, seat.Officer, cancellation));
    }
}
