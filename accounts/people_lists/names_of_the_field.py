"""Names as they are borne from Aceh to Papua: one word or seven, apostrophes, titles before and after."""

from __future__ import annotations

import random

_WOMEN = (  # noqa: SIM905 - read as text, not as a column of quotes
    "Siti Aminah|Nur'aini|Sri Wahyuni|Dewi Lestari|Rahmawati|Sa'diyah|Yuliana|Fatimah Az-Zahra|Ratna Juwita|Kartini|"
    "Endang Susilowati|Ni Made Ayu Suartini|Ida Ayu Komang Trisnawati|Cut Nyak Meutia|Andi Tenri Ola|Hotmaida|"
    "Theresia Lusia Bhoki|Maria Goreti|Yosephina|Agustina|Martha Christina|Juleha|Halimatus Sa'diyah|Khoirunnisa'|"
    "Puji Astuti|Wa Ode Nurhayati|Besse Marhumah|Desak Putu Sukreni|Lince|Yuliance|Ma'rifatul Husna|Suprihatin"
).split("|")
_MEN = (  # noqa: SIM905 - as above
    "Suparman|Sukarno|Muhammad Rizki|Ahmad Fauzi|Syu'aib|Abdul Ro'uf|Slamet|Bambang Setiawan|I Wayan Sudarma|"
    "I Gusti Ngurah Agung Putra|Teuku Iskandar|Andi Baso|La Ode Safiudin|Yohanes Don Bosko|Petrus Kanisius|Marthen|"
    "Agus Salim|Joko Susilo|Dedi Kurniawan|Hasanuddin|Zulkifli|Ma'ruf|Nurdin|Rachmat Hidayat|Anak Agung Gede Raka|"
    "Robertus Belarminus|Obed|Yulianus|Mas'ud|Ja'far Shodiq|Tri Widodo|Raden Mas Surya"
).split("|")
_LAST = (  # noqa: SIM905 - as above
    "Simanjuntak|Hutagalung|Nasution|Harahap|Lubis|Tanjung|Chaniago|Siregar|Pohan|Wijayakusuma|Hadiningrat|"
    "Kusumawardhani|Rumbiak|Wanggai|Kambu|Lerebulan|de Fretes|Pattiasina|Tuhumury|Manoppo|Lumentut|Daeng Matutu|"
    "Karaeng Lewa|al-Habsyi|Alatas|Tokan|Lamawuran|Bria Seran|Santoso|Prasetyo|Nugroho|Handayani|Purnamasari|"
    "Ramadhani|Maulana|Firmansyah|D'Ornay|van Room|O'ong|Ratnawulan|Setyaningrum|Wulandari|Kurniasih|Anggraini|"
    "Saputra|Hidayatullah|Yunus|Usman|Mandalika|Sasongko"
).split("|")
_BEFORE = ("Drs. ", "Dra. ", "Hj. ", "H. ", "dr. ", "Dr. ", "Ir. ", "Ns. ")
_AFTER = (
    ", S.Sos.",
    ", S.Tr.Sos.",
    ", S.ST.",
    ", A.Md.",
    ", S.Pd.",
    ", S.Psi., M.Psi.",
    ", S.Sos., M.Si.",
    ", S.Kep., Ns.",
    ", S.Sos.I., M.Pd.I.",
    ", S.H.",
    ", M.Tr.Sos.",
)
_LONG = (
    "Raden Ajeng Kusumawardhani Dyah Ayu Sekar Arum Wijayaningrum Hadiningrat",
    "Muhammad Abdurrahman Wahid Hasyim Asy'ari al-Banjari Rahmatullah",
    "Anak Agung Ayu Istri Ngurah Mirah Pradnyani Dewi Laksmi Saraswati",
    "Yosephina Margaretha Theresia Bernadetha Nur'aini Ratnawulan Lamawuran",
)


def full_name(chance: random.Random, *, woman: bool, titled: bool) -> str:
    """One name, drawn with ``chance``; titles more often for those who are ``titled``."""
    kind = chance.random()
    if kind < 0.02:
        name = chance.choice(_LONG)
    else:
        name = chance.choice(_WOMEN if woman else _MEN)
        if kind > 0.18:  # the others bear one name only
            name = f"{name} {chance.choice(_LAST)}"
    if chance.random() < (0.12 if titled else 0.04):
        name = chance.choice(_BEFORE) + name
    if chance.random() < (0.8 if titled else 0.25):
        name += chance.choice(_AFTER)
    return name
