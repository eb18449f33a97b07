using PixieOrleans.Model.Entities;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>Who is who for one execution: a fixed picture, or in one that goes on for long the newest.</summary>
internal sealed class EntityView(QueryEnvironment environment)
{
    /// <summary>The picture to look into.</summary>
    public EntitySnapshot Now { get; private set; } = environment.Entities;

    /// <summary>Takes a newer picture if there is one; true when there was.</summary>
    public bool Refresh()
    {
        var newest = environment.CurrentEntities?.Invoke() ?? environment.Entities;
        if (ReferenceEquals(newest, Now))
        {
            return false;
        }

        Now = newest;
        return true;
    }
}
