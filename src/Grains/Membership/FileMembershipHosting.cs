using Microsoft.Extensions.DependencyInjection;

namespace PixieOrleans.Grains.Membership;

/// <summary>Adds membership by a shared file to a silo.</summary>
public static class FileMembershipHosting
{
    /// <summary>Silos of one machine that are given the same file find each other.</summary>
    public static ISiloBuilder UseFileMembership(this ISiloBuilder silo, string path)
    {
        silo.Services.AddSingleton(s => new MembershipFile(path, s.GetRequiredService<TimeProvider>()));
        silo.Services.AddSingleton<IMembershipTable, FileMembershipTable>();
        return silo;
    }
}
