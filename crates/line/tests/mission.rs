//! The mission's table, to the letter.

mod room;

use colvert_core::local::Language;
use room::Room;

#[test]
fn the_french_table() {
    let mut room = Room::new(Language::French);
    let ginette = room.open();
    assert!(room.reads(ginette).starts_with("Bienvenue sur Colvert"));
    let mut check = |line: &str, expect: &str| {
        room.types(ginette, line);
        assert_eq!(room.reads(ginette), expect, "{line}");
    };
    check("/nick ginette", "Bienvenue, ginette !\n");
    check("/join general", "Canal general rejoint.\nSur general (1) :\n  @ginette\n");
    check("/msg Salut", "[general] ginette: Salut\n");
    check("Salut !", "[general] ginette: Salut !\n");
    check("/users", "Sur general (1) :\n  @ginette\n");
    check("/list", "1 canal :\n  general (1)\n");
    check("/alert debout", "Réservé aux modérateurs et aux administrateurs.\n");
    check("/part", "Vous avez quitté le canal general.\n");
    check("/frobnicate", "Commande inconnue.\n");
    check("/quit", "Au revoir !\n");
}

#[test]
fn two_people_in_french() {
    let mut room = Room::new(Language::French);
    let (ginette, roger) = (room.open(), room.open());
    room.types(ginette, "/nick ginette");
    room.reads(ginette);
    room.reads(roger);
    room.types(roger, "/nick ginette");
    assert_eq!(room.reads(roger), "Pseudo déjà pris.\n");
    room.types(roger, "/nick roger");
    assert_eq!(room.reads(roger), "Bienvenue, roger !\n");
    room.types(roger, "/whisper ginette coucou");
    assert_eq!(room.reads(roger), "Message envoyé à ginette.\n");
    assert_eq!(room.reads(ginette), "[Privé de roger] coucou\n");
}
